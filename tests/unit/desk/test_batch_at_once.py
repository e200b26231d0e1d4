"""A batch that is closed while files arrive: who comes second looks again."""

from __future__ import annotations

from threading import Thread

import pytest
from transaction.interfaces import TransientError

from hoso.desk import batches, intake
from hoso.desk.desk import Desk
from hoso.testing.sites import identity
from hoso.testing.things import spooled


def receive(desk, batch, words):
    name = words.encode()
    return intake.receive(desk, batch.unit, spooled=spooled(desk, words), name=name, batch=batch)


@pytest.mark.parametrize("files", [1, 70], ids=["a few files", "more than one bucket"])
def test_a_batch_is_not_closed_over_a_file_that_arrives_in_that_moment(site, as_, files):
    with as_("officer") as desk:
        batch = batches.open_(desk, desk.unit("nhanh"), typed={})
        for number in range(files):
            got = receive(desk, batch, f"giấy {number}")
            got.document.state = "waiting"
        number = batch.id
    officer = identity(site, "officer")

    def send():
        # Another thread, as in life: each writes a journal of its own.
        with site.databases.connection() as connection:
            desk = Desk(site, connection, officer, via="test")
            receive(desk, desk.site.by_id[number], "tờ cuối")
            connection.transaction_manager.commit()

    with site.databases.connection() as connection:
        connection.cacheMinimize()
        desk = Desk(site, connection, officer, via="test")
        batches.close(desk, desk.site.by_id[number], because="đủ", revision=None)
        sender = Thread(target=send)
        sender.start()
        sender.join()

        with pytest.raises(TransientError):
            connection.transaction_manager.commit()
