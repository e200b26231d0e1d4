"""Files sent in pieces, by the letter of tus 1.0: https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from hoso.desk import batches
from hoso.desk.arrivals import in_order, tally_of
from hoso.testing.things import bytes_of

CONTENT = bytes_of("tờ giấy " * 100)


@pytest.fixture
def batch(as_):
    """The uid of an open batch of the clerk's unit."""
    with as_("clerk") as desk:
        return batches.open_(desk, desk.unit("nhanh"), typed={"sheets": "1"}).uid


def said_of(name, batch):
    pairs = (("filename", name.encode()), ("batch", batch.encode()))
    return ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in pairs)


class Sender:
    """A program that sends a file as tus says."""

    def __init__(self, browser):
        self.browser = browser
        page = browser.get("/batches")
        self.token = page.html.select_one("input[name=csrf_token]")["value"]

    def headers(self, **more):
        said = {"Tus-Resumable": "1.0.0", "X-CSRF-Token": self.token}
        said |= {name.replace("_", "-"): value for name, value in more.items()}
        return {name: value for name, value in said.items() if value is not None}

    def create(self, batch, *, name="tờ 1.pdf", size=None, status=201, **headers):
        more = {
            "Upload_Length": str(len(CONTENT) if size is None else size),
            "Upload_Metadata": said_of(name, batch),
        }
        return self.browser.post(
            "/uploads", "", headers=self.headers(**{**more, **headers}), status=status
        )

    def patch(self, place, content, *, offset=0, status=204, **headers):
        more = {"Upload_Offset": str(offset), "Content_Type": "application/offset+octet-stream"}
        return self.browser.request(
            place,
            method="PATCH",
            body=content,
            headers=self.headers(**{**more, **headers}),
            status=status,
        )

    def head(self, place, status=200):
        return self.browser.head(place, headers=self.headers(), status=status)


@pytest.fixture
def sender(browse):
    return Sender(browse("clerk"))


def place_of(answer):
    from urllib.parse import urlsplit

    return urlsplit(answer.headers["Location"]).path


def arrivals(as_, batch):
    with as_("clerk") as desk:
        return [
            (one.name.decode(), one.outcome) for _key, one in in_order(batches.find(desk, batch))
        ]


def test_a_file_comes_in_pieces_and_is_one_paper_of_the_batch(sender, batch, as_, site):
    place = place_of(sender.create(batch))
    middle = len(CONTENT) // 2

    first = sender.patch(place, CONTENT[:middle])
    assert first.headers["Upload-Offset"] == str(middle)
    assert arrivals(as_, batch) == []
    last = sender.patch(place, CONTENT[middle:], offset=middle)

    assert last.headers["Upload-Offset"] == str(len(CONTENT))
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]
    told = sender.browser.get(place).json
    assert (told["outcome"], told["good"]) == ("Đã nhận", True)
    with as_("clerk") as desk:
        paper = next(iter(desk.site.tray.values()))
        with paper.renditions["original"].blob.open("r") as stream:
            assert stream.read() == CONTENT
        assert told["url"].endswith(f"/tray/{paper.uid}/")
    assert list(site.spool.iterdir()) == []
    assert [path.suffix for path in site.uploads.iterdir()] == [".json"]


def test_who_lost_the_line_asks_how_far_it_was_and_goes_on_there(sender, batch, as_):
    place = place_of(sender.create(batch))
    sender.patch(place, CONTENT[:7])

    asked = sender.head(place)

    assert asked.headers["Upload-Offset"] == "7"
    assert asked.headers["Upload-Length"] == str(len(CONTENT))
    assert asked.headers["Cache-Control"] == "no-store"
    sender.patch(place, CONTENT[7:], offset=7)
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]


def test_who_lost_the_last_answer_sends_the_end_again_and_nothing_comes_twice(
    sender, batch, as_, site
):
    place = place_of(sender.create(batch))
    sender.patch(place, CONTENT)

    again = sender.patch(place, b"", offset=len(CONTENT))

    assert again.headers["Upload-Offset"] == str(len(CONTENT))
    assert sender.head(place).headers["Upload-Offset"] == str(len(CONTENT))
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]
    with as_("clerk") as desk:
        assert tally_of(desk, batches.find(desk, batch)).again == 0


def test_who_comes_back_while_the_file_is_taken_in_is_asked_to_wait_and_then_told(
    sender, batch, as_, site
):
    from hoso.storage.uploads import Uploads

    place = place_of(sender.create(batch))
    uploads = Uploads(site.uploads)
    upload = uploads.find(place.rsplit("/", 1)[1], owner="clerk")
    with uploads._alone(upload.name):
        sender.patch(place, CONTENT, status=423)

    sender.patch(place, CONTENT)

    assert sender.browser.get(place).json["outcome"] == "Đã nhận"
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]


def test_a_server_that_died_before_it_took_the_file_in_takes_it_in_when_asked_again(
    sender, batch, as_, site
):
    """The bytes were acknowledged, the commit did not happen: the end is sent once more."""
    from hoso.storage.uploads import Uploads

    place = place_of(sender.create(batch))
    uploads = Uploads(site.uploads)
    import io

    upload = uploads.find(place.rsplit("/", 1)[1], owner="clerk")
    uploads.append(upload, io.BytesIO(CONTENT), offset=0, length=len(CONTENT))
    assert arrivals(as_, batch) == []

    sender.patch(place, b"", offset=len(CONTENT))

    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]


def test_the_same_file_sent_again_is_told_so(sender, batch, as_):
    for _ in range(2):
        place = place_of(sender.create(batch))
        sender.patch(place, CONTENT)

    told = sender.browser.get(place).json
    assert (told["outcome"], told["good"]) == ("Đã có trong đợt này", False)
    with as_("clerk") as desk:
        found = tally_of(desk, batches.find(desk, batch))
        assert (found.received, found.again) == (1, 1)


def test_a_file_without_bytes_is_whole_when_it_begins(sender, batch, as_):
    place = place_of(sender.create(batch, size=0))

    assert sender.browser.get(place).json["outcome"] == "Đã nhận"
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]


def test_a_file_that_is_too_large_is_turned_away_and_written_down(sender, batch, as_, site):
    site.settings = dataclasses.replace(site.settings, upload_limit=1 << 20)

    told = sender.create(batch, size=(1 << 20) + 1, status=413)

    assert "1 MB" in told.json["reason"]
    assert arrivals(as_, batch) == [("tờ 1.pdf", "refused")]
    assert not site.uploads.exists()


def test_a_batch_that_was_closed_meanwhile_takes_nothing_and_says_so(sender, batch, as_):
    place = place_of(sender.create(batch))
    with as_("clerk") as desk:
        batches.close(desk, batches.find(desk, batch), because="Thử", revision=None)

    refused = sender.patch(place, CONTENT, status=422)
    assert "đã đóng" in refused.json["reason"]
    assert arrivals(as_, batch) == []

    with as_("clerk") as desk:
        batches.reopen(desk, batches.find(desk, batch), why="Thử", revision=None)
    sender.patch(place, b"", offset=len(CONTENT))
    assert arrivals(as_, batch) == [("tờ 1.pdf", "received")]


def test_a_name_is_kept_as_it_came_and_is_no_path(sender, batch, as_):
    name = "../../etc/Quyết định\u202e fdp.exe"
    place = place_of(sender.create(batch, name=name))
    sender.patch(place, CONTENT)

    assert arrivals(as_, batch) == [(name, "received")]


# By the letter ---------------------------------------------------------------------------


def test_it_says_what_it_can(sender):
    answer = sender.browser.options("/uploads", status=204)

    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation"
    assert int(answer.headers["Tus-Max-Size"]) == 500 << 20
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize("version", [None, "0.2.2"])
def test_another_version_is_refused_with_ours(sender, batch, version):
    place = place_of(sender.create(batch))

    refused = sender.create(batch, status=412, Tus_Resumable=version)

    assert refused.headers["Tus-Version"] == "1.0.0"
    sender.patch(place, b"x", status=412, Tus_Resumable=version)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "application/octet-stream"}, 415),
        ({"Upload_Offset": "x"}, 400),
        ({"Upload_Offset": None}, 400),
        ({"Upload_Offset": "5"}, 409),
        ({"Upload_Offset": "9" * 20}, 400),
    ],
)
def test_a_piece_that_does_not_fit_is_refused(sender, batch, headers, status):
    place = place_of(sender.create(batch))

    sender.patch(place, b"x", status=status, **headers)

    assert sender.head(place).headers["Upload-Offset"] == "0"


def test_more_than_was_announced_is_refused(sender, batch):
    place = place_of(sender.create(batch))

    refused = sender.patch(place, CONTENT + b"x", status=409)

    assert refused.headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": None},
        {"Upload_Length": "-1"},
        {"Upload_Length": "1e3"},
        {"Upload_Metadata": None},
        {"Upload_Metadata": "filename ???"},
        {"Upload_Metadata": f"filename {base64.b64encode(b'x' * 4001).decode()}"},
        {"Upload_Metadata": "x" * 9000},
    ],
)
def test_an_upload_that_says_nonsense_is_not_begun(sender, batch, site, headers):
    sender.create(batch, status=400, **headers)

    assert not site.uploads.exists()


# Whose -----------------------------------------------------------------------------------


def test_nobody_else_adds_to_an_upload_or_hears_of_it(sender, batch, browse):
    place = place_of(sender.create(batch))
    other = Sender(browse("officer"))

    other.patch(place, CONTENT, status=404)
    other.head(place, status=404)
    other.browser.get(place, status=404)
    other.browser.get("/uploads/" + "0" * 32, status=404)


def test_a_batch_one_may_not_see_is_not_there(browse, as_):
    with as_("officer") as desk:
        hidden = batches.open_(desk, desk.unit("ben"), typed={}).uid

    Sender(browse("clerk")).create(hidden, status=404)


def test_another_site_cannot_send_in_ones_name(sender, batch):
    place = place_of(sender.create(batch))

    sender.create(batch, status=400, X_CSRF_Token=None)
    sender.patch(place, CONTENT, status=400, X_CSRF_Token="guessed")


def test_a_stranger_is_sent_to_the_door(browse, batch):
    browse("").post("/uploads", "", status="*")
    browse("").options("/uploads", status="*")
    assert browse("").head("/uploads/" + "0" * 32, status="*").status_int != 200


def test_what_nobody_goes_on_with_is_swept_after_a_week_and_not_at_a_restart(sender, batch, site):
    import os
    from datetime import timedelta

    from hoso.app.sweeping import sweep

    place = place_of(sender.create(batch))
    sender.patch(place, b"x")
    sweep(site, older=timedelta())
    assert sender.head(place).headers["Upload-Offset"] == "1"

    for path in site.uploads.iterdir():
        os.utime(path, (path.stat().st_mtime - 7 * 86400 - 60,) * 2)
    sweep(site)

    sender.head(place, status=404)
    assert list(site.uploads.iterdir()) == []
