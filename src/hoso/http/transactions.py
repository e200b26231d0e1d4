"""One transaction a request: begun by pyramid_tm, committed when the answer is a success.

Views never commit.  Success and redirect are returned (commit); refusals and faults are
raised or answered with 4xx/5xx (abort).  Conflicts between writers are tried again.
"""

from __future__ import annotations

import contextlib
from typing import Any

import transaction
from pyramid_retry import BeforeRetry

from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.http.security import is_program
from hoso.storage.databases import step_aside

__all__ = ["includeme"]


def _manager(_request: Any) -> Any:
    return transaction.TransactionManager(explicit=True)


def _veto(request: Any, response: Any) -> bool:
    # A page that counts a failed sign-in answers 401 and still commits.
    return response.status_int >= 400 and not request.environ.get("hoso.commit")


def _house(request: Any) -> House:
    found: House = request.registry.house
    return found


def _connection(request: Any) -> Any:
    connection = request.house.databases.main.open(transaction_manager=request.tm)
    request.add_finished_callback(_closing(connection))
    return connection


def _closing(connection: Any) -> Any:
    def close(request: Any) -> None:
        # pyramid_tm has ended the transaction, or none was begun.
        with contextlib.suppress(transaction.interfaces.NoTransaction):
            request.tm.abort()
        connection.close()

    return close


def _desk(request: Any) -> Desk:
    via = "rest" if is_program(request) else "web"
    return Desk(request.house, request.connection, request.identity, via=via)


def _step_aside(event: BeforeRetry) -> None:
    step_aside(event.environ.get("retry.attempt", 0) + 1)


def includeme(config: Any) -> None:
    config.add_settings(
        {
            "tm.manager_hook": _manager,
            "tm.commit_veto": _veto,
            "tm.annotate_user": False,
            "retry.attempts": 6,
        }
    )
    config.include("pyramid_retry")
    config.include("pyramid_tm")
    config.add_subscriber(_step_aside, BeforeRetry)
    config.add_request_method(_house, "house", reify=True)
    config.add_request_method(_connection, "connection", reify=True)
    config.add_request_method(_desk, "desk", reify=True)
