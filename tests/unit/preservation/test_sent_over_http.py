"""A package brought to an address that speaks tus 1.0.0; what it may answer, and what it must not."""

from __future__ import annotations

import base64
import random
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hoso.preservation.delivery.destinations import Rest
from hoso.preservation.delivery.to_rest import bring_to_rest
from hoso.preservation.delivery.transport import NotDelivered, Parcel, WaitsForPerson
from hoso.preservation.layout import made
from hoso.preservation.virtual_zip import VirtualZip

ARCHIVE = VirtualZip("t", [made("a", random.Random(3).randbytes(9_000_000)), made("b", b"b")])
CONTENT = b"".join(ARCHIVE.stream())


def parcel(places=None, place=""):
    return Parcel(
        "t.zip", ARCHIVE, place=place, placed=(places if places is not None else []).append
    )


class Speaks(BaseHTTPRequestHandler):
    """tus as its text says; ``server.twist`` bends one answer."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, **headers):
        headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        status, headers = self.server.twist(self.command, status, headers)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.server.heard.append(dict(self.headers))
        place = f"/in/{len(self.server.uploads) + 1}"
        metadata = {
            part.split(" ")[0]: base64.b64decode(part.split(" ")[1]).decode()
            for part in self.headers["Upload-Metadata"].split(",")
        }
        size = int(self.headers["Upload-Length"])
        self.server.uploads[place] = [metadata["filename"], size, b""]
        self.answer(201, Location=place)

    def do_HEAD(self):
        found = self.server.uploads.get(self.path)
        if found is None:
            self.answer(404)
        else:
            self.answer(200, Upload_Offset=len(found[2]), Upload_Length=found[1])

    def do_PATCH(self):
        found = self.server.uploads[self.path]
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if int(self.headers["Upload-Offset"]) != len(found[2]):
            self.answer(409)
            return
        found[2] += sent
        self.server.patches += 1
        self.answer(204, Upload_Offset=len(found[2]))

    def log_message(self, *_args):
        """Say nothing on the terminal."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Speaks) as serving:
        serving.daemon_threads = True
        serving.uploads, serving.heard, serving.patches = {}, [], 0
        serving.twist = lambda _method, status, headers: (status, headers)
        thread = threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        serving.url = f"http://127.0.0.1:{serving.server_port}/in"
        yield serving
        serving.shutdown()
        thread.join(10)


def at(server, **more):
    return Rest("archive", server.url, **{"seconds": 10.0, **more})


def test_it_arrives_whole_with_its_sum(server):
    done = bring_to_rest(parcel(), at(server, token="a-token"))

    (name, _, content), (sums, _, line) = server.uploads.values()
    assert (name, sums) == ("t.zip", "t.zip.sha256")
    assert content == CONTENT
    assert line.decode() == f"{done.sha256}  t.zip\n"
    assert server.heard[0]["Authorization"] == "Bearer a-token"
    assert server.heard[0]["Tus-Resumable"] == "1.0.0"


def breaking(server, at_patch):
    """Answer with an error from a piece on, as an archive that is being restarted does."""

    def twist(method, status, headers):
        broken = method == "PATCH" and server.patches >= at_patch
        return (503, {}) if broken else (status, headers)

    return twist


def test_a_broken_try_is_gone_on_with_where_the_archive_says(server):
    places = []
    server.twist = breaking(server, 1)
    with pytest.raises(NotDelivered, match="503") as told:
        bring_to_rest(parcel(places), at(server))
    assert not told.value.waits
    server.twist = lambda _method, status, headers: (status, headers)

    done = bring_to_rest(parcel(place=places[-1]), at(server))

    assert done.resumed == 8 << 20
    assert next(iter(server.uploads.values()))[2] == CONTENT
    assert len(server.uploads) == 2  # the package once, and its sum


def test_an_upload_the_archive_forgot_is_begun_anew(server):
    done = bring_to_rest(parcel(place=f"{server.url}/99"), at(server))

    assert done.resumed == 0
    assert next(iter(server.uploads.values()))[2] == CONTENT


@pytest.mark.parametrize(
    ("method", "header", "value"),
    [
        ("HEAD", "Upload-Offset", "-5"),
        ("HEAD", "Upload-Offset", "many"),
        ("HEAD", "Upload-Offset", "99999999999999999999"),
        ("HEAD", "Upload-Offset", ""),
        ("HEAD", "Upload-Length", "12"),
        ("PATCH", "Upload-Offset", "12"),
        ("PATCH", "Upload-Offset", "²"),
        ("POST", "Location", "http://127.0.0.1:9/elsewhere"),
        ("POST", "Location", "//evil.example/in"),
        ("POST", "Location", ""),
        ("POST", "Location", "http://[nonsense"),
    ],
)
def test_nonsense_is_believed_in_nothing_and_tried_again(server, method, header, value):
    known = "/in/known"
    server.uploads[known] = ["t.zip", len(CONTENT), b""]
    server.twist = lambda asked, status, headers: (
        status,
        {**headers, header: value.encode().decode("latin-1")} if asked == method else headers,
    )
    place = server.url.removesuffix("/in") + known if method != "POST" else ""

    with pytest.raises(NotDelivered, match="nonsense") as told:
        bring_to_rest(parcel(place=place), at(server))

    assert not told.value.waits


@pytest.mark.parametrize("status", [200, 204, 301, 307, 500])
def test_an_answer_that_is_not_the_one_expected_is_no_delivery(server, status):
    server.twist = lambda _method, _status, _headers: (status, {"Location": "/in/elsewhere"})

    with pytest.raises(NotDelivered):
        bring_to_rest(parcel(), at(server))


@pytest.mark.parametrize("status", [401, 403, 413])
def test_a_refusal_waits_for_a_person(server, status):
    server.twist = lambda _method, _status, _headers: (status, {})

    with pytest.raises(WaitsForPerson, match=str(status)):
        bring_to_rest(parcel(), at(server))


def test_an_archive_that_never_answers_is_not_waited_for_for_ever():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = Rest("a", f"http://127.0.0.1:{silent.getsockname()[1]}/in", seconds=0.2)

        with pytest.raises(NotDelivered, match="does not answer") as told:
            bring_to_rest(parcel(), where)

    assert not told.value.waits
