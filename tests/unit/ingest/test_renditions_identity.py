"""What a file is, by two tools; and what a virus scanner says of it."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from renditions import MADE_AT, drawn, scan_pdf

from hoso.ingest.gate import pronom
from hoso.ingest.gate.viruses import Scan, Scanner, Unreachable
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.maker import Maker
from hoso.kernel.errors import Invalid

# Assembled, so that no scanner takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(scope="module")
def maker(sandbox):
    with Maker(sandbox) as made:
        yield made


def test_the_gate_says_which_tool_of_which_version_called_the_file_what(tmp_path, reader):
    drawn().save(tmp_path / "page.jpg")

    ((tool, version, said),) = reader.inspect(tmp_path / "page.jpg", name="other.tif").identified

    assert ("python-magic", "image/jpeg") == (tool, said)
    assert version.startswith("0.4.27; libmagic 5.")


@pytest.mark.parametrize(
    ("name", "mime", "puid"),
    [
        # Of the register's own list: JFIF 1.01, PNG 1.0, TIFF, PDF 1.3.
        ("page.jpg", "image/jpeg", "fmt/43"),
        ("page.png", "image/png", "fmt/11"),
        ("page.tif", "image/tiff", "fmt/353"),
        ("page.pdf", "application/pdf", "fmt/17"),
    ],
)
def test_pronom_is_asked_by_content_and_says_by_which_register(tmp_path, maker, name, mime, puid):
    if mime == "application/pdf":
        scan_pdf(tmp_path / name)
    else:
        drawn().save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "0f3c")

    (tool, version, said), agreed = maker.identify(tmp_path / "0f3c", mime)

    assert ("pygfried", puid, True) == (tool, said, agreed)
    assert "DROID_SignatureFile_V" in version
    assert "container-signature-20" in version


def test_where_the_tools_differ_a_note_says_so(tmp_path, maker):
    scan = scan_pdf(tmp_path / "scan.pdf")
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(scan.read_bytes()[:-60])

    made = maker.make(
        cut,
        "application/pdf",
        leaves=[Leaf(scan)],
        out_dir=tmp_path / "out",
        title="-",
        made_at=MADE_AT,
    )

    assert None is made.puid
    assert ("pygfried", "UNKNOWN") == (made.identified[0][0], made.identified[0][2])
    assert any(
        str(note).startswith("One tool calls the content application/pdf") for note in made.notes
    )


@pytest.mark.parametrize(
    ("mime", "puids", "mimes", "agreed"),
    [
        ("image/tiff", ["fmt/353"], ["image/tiff"], True),
        ("image/tiff", ["fmt/1917"], [], True),
        ("application/pdf", ["fmt/18"], ["application/pdf"], True),
        ("application/pdf", ["fmt/43"], ["image/jpeg"], False),
        ("application/pdf", [], [], False),
        ("text/plain", [], [], True),
        ("image/jpeg", ["fmt/41", "fmt/42"], [], True),
    ],
)
def test_two_names_for_one_kind_are_no_difference(mime, puids, mimes, agreed):
    assert agreed == pronom.agree(mime, puids, mimes)


def test_an_empty_file_is_of_no_kind(tmp_path, maker):
    (tmp_path / "empty").write_bytes(b"")

    assert "UNKNOWN" == maker.identify(tmp_path / "empty", "inode/x-empty")[0][2]


# --- the virus scanner -----------------------------------------------------------------------


class Clamd:
    """Enough of clamd: takes one stream a connection, finds EICAR, minds a limit."""

    def __init__(self, listening, *, limit=1 << 20, silent=False):
        self.listening, self.limit, self.silent = listening, limit, silent
        self.seen = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line:
                self.answer(line)

    def answer(self, line):
        command = self.exactly(line, 10)
        if command.startswith(b"zVERSION"):
            line.sendall(b"ClamAV 1.4.6/27463/Sat Nov 21 2026\0")
            return
        data = b""
        while size := struct.unpack(">I", self.exactly(line, 4))[0]:
            if len(data) + size > self.limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            data += self.exactly(line, size)
        self.seen.append(data)
        if not self.silent:
            line.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0")

    @staticmethod
    def exactly(line, count):
        read = b""
        while len(read) < count:
            part = line.recv(count - len(read))
            if not part:
                break
            read += part
            if read.endswith(b"\0") and read.startswith(b"z"):
                break
        return read


@pytest.fixture(params=["unix", "tcp"])
def clamd(request, tmp_path):
    if request.param == "unix":
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(tmp_path / "clamd.ctl"))
        address = f"unix:{tmp_path / 'clamd.ctl'}"
    else:
        listening = socket.socket(socket.AF_INET)
        listening.bind(("127.0.0.1", 0))
        address = f"tcp:127.0.0.1:{listening.getsockname()[1]}"
    listening.listen()
    with listening:
        made = Clamd(listening)
        made.address = address
        yield made
        listening.shutdown(socket.SHUT_RDWR)
    made.thread.join(5)


def test_a_clean_file_is_clean_and_was_sent_whole(tmp_path, clamd):
    sent = bytes(range(256)) * 3000
    (tmp_path / "paper").write_bytes(sent)

    assert Scan("clean") == Scanner(clamd.address).scan(tmp_path / "paper")
    assert [sent] == clamd.seen
    assert None is Scan("clean").as_reason()


def test_what_is_found_has_a_name_and_keeps_the_file_out(tmp_path, clamd):
    (tmp_path / "paper").write_bytes(EICAR)

    said = Scanner(clamd.address).scan(tmp_path / "paper")

    assert Scan("found", "Eicar-Signature") == said
    assert ("virus", {"name": "Eicar-Signature"}) == (said.as_reason().code, said.as_reason().facts)


def test_a_file_the_scanner_does_not_take_does_not_pass(tmp_path, clamd):
    (tmp_path / "paper").write_bytes(b"x" * (3 << 20))

    said = Scanner(clamd.address).scan(tmp_path / "paper")

    assert Scan("not-scanned", "INSTREAM size limit exceeded. ERROR") == said
    assert "not-scanned" == said.as_reason().code


def test_the_scanner_says_what_it_is(clamd):
    assert Scanner(clamd.address).version().startswith("ClamAV 1.4.6/27463")


def test_a_scanner_that_hangs_up_is_unreachable_not_clean(tmp_path, clamd):
    clamd.silent = True
    (tmp_path / "paper").write_bytes(b"paper")

    with pytest.raises(Unreachable, match="does not answer"):
        Scanner(clamd.address).scan(tmp_path / "paper")


def test_a_scanner_that_is_down_is_unreachable(tmp_path):
    (tmp_path / "paper").write_bytes(b"paper")

    with pytest.raises(Unreachable, match=r"unix:.*does not answer"):
        Scanner(f"unix:{tmp_path / 'nobody.ctl'}").scan(tmp_path / "paper")


def test_a_scanner_that_never_answers_is_given_up(tmp_path):
    (tmp_path / "paper").write_bytes(b"paper")
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute.ctl"))
        mute.listen()

        with pytest.raises(Unreachable):
            Scanner(f"unix:{tmp_path / 'mute.ctl'}", patience=0.05).scan(tmp_path / "paper")


def test_a_file_that_is_gone_is_not_the_scanners_fault(tmp_path, clamd):
    with pytest.raises(FileNotFoundError):
        Scanner(clamd.address).scan(tmp_path / "gone")


@pytest.mark.parametrize("address", ["", "unix:", "unix:here", "tcp:host", "tcp::3310", "tcp:h:0"])
def test_an_address_that_is_none_is_told_with_an_example(address):
    with pytest.raises(Invalid, match="tcp:localhost:3310"):
        Scanner(address)
