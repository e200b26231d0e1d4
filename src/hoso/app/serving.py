"""Serve one site: requests by waitress, and worker and follower as threads beside it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

from waitress.server import create_server

from hoso.app.delivering import Deliverer
from hoso.app.executing import Executor
from hoso.app.fixity import Scrubber
from hoso.app.house import House
from hoso.app.housekeeping import Housekeeping
from hoso.app.importer import Importer
from hoso.app.presence import PresenceKeeper
from hoso.app.rescheduling import Rescheduler
from hoso.app.sealing import Sealer
from hoso.app.sweeping import sweep
from hoso.app.watchman import Watchman
from hoso.app.worker import Worker
from hoso.app.wsgi import application
from hoso.kernel.errors import NotReady

__all__ = ["serve"]


class _Stop(Exception):
    """A signal asked the server to end."""


def _behind(proxy: str) -> dict[str, Any]:
    """Return what waitress must know of the proxy before it; without one, it believes nobody."""
    if not proxy:
        return {}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


def serve(house: House, *, listen: str, say: Callable[[str], None]) -> int:
    """Answer until a signal comes; then stop in good order."""
    app = application(house)
    worker = Worker(house) if house.settings.worker else None
    try:
        server = create_server(
            app,
            listen=listen,
            threads=house.settings.threads,
            ident=None,
            max_request_body_size=house.settings.upload_limit + (1 << 20),
            # Uploads go to disk beyond a megabyte, not into memory.
            inbuf_overflow=1 << 20,
            channel_timeout=300,
            **_behind(house.settings.trusted_proxy),
        )
    except (OSError, ValueError) as error:
        raise NotReady(
            "{listen} cannot be listened on ({why}). Choose another: --listen HOST:PORT",
            listen=listen,
            why=str(error),
        ) from error
    housekeeping, sealer = Housekeeping(house), Sealer(house)
    presence = PresenceKeeper(house)
    # Both write papers, as the worker does: one process of a site has them.
    importer, watchman = Importer(house), Watchman(house)
    rescheduler = Rescheduler(house)
    scrubber, executor = Scrubber(house), Executor(house)
    deliverer = Deliverer(house)

    def stopped(_number: int, _frame: FrameType | None) -> None:
        # A second signal (make and its shell send one each) must not cut the closing short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _Stop

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stopped)
    try:
        if house.databases.are_ours_alone:
            # Nobody else can be at work: whatever lies there is of a process that was killed.
            sweep(house, older=timedelta())
        if house.settings.follower:
            house.follower.start()
        if worker is not None:
            worker.start()
        housekeeping.start()
        presence.start()
        sealer.start()
        if house.settings.worker:
            importer.start()
            watchman.start()
            rescheduler.start()
            scrubber.start()
            executor.start()
            deliverer.start()
        say(f"http://{listen}/ is open; stop with Ctrl-C.")
        server.run()
    except (_Stop, KeyboardInterrupt):
        say("Stopping.")
    finally:
        server.close()
        began = time.monotonic()
        housekeeping.close()
        presence.close()
        rescheduler.close()
        watchman.close()
        importer.close()
        scrubber.close()
        executor.close()
        deliverer.close()
        if worker is not None:
            worker.close()
        if house.settings.follower:
            house.follower.stop()
        sealer.close()
        say(f"Stopped after {time.monotonic() - began:.1f} s.")
    return 0
