"""Bags: accepted by the reference implementation, the same every time, never with wrong bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from bags import FILES, a_file, a_package
from zope.interface.verify import verifyObject

from hoso.kernel.errors import Conflict, Unusable
from hoso.preservation.formats.bagit import BagIt
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.package import Description, PackagedFile

FORMAT = BagIt()


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_format_keeps_its_promise():
    assert verifyObject(IPackageFormat, FORMAT)


@pytest.mark.parametrize("files", [FILES, ()], ids=["three files", "an empty dossier"])
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_the_reference_implementation_accepts_the_bag(tmp_path, files, zipped):
    report = FORMAT.build(a_package(files), tmp_path, zipped=zipped)
    bag = report.path
    if zipped:
        with zipfile.ZipFile(report.path) as archive:
            assert archive.testzip() is None
            archive.extractall(tmp_path / "out")
        bag = tmp_path / "out" / report.path.stem

    done = python("-m", "bagit", "--validate", str(bag))

    assert done.returncode == 0, done.stderr


def test_the_layout_of_a_bag(tmp_path):
    report = FORMAT.build(a_package(), tmp_path)

    assert report.path.name == "hs-2026-001-0abcdefghjkmn"
    assert sorted(tree(report.path)) == [
        "bag-info.txt",
        "bagit.txt",
        "data/documents/a01-quyen-ly-lich/quet.tiff",
        "data/documents/d05-quyet-dinh-nang-bac-luong/ban-goc-2.pdf",
        "data/documents/d05-quyet-dinh-nang-bac-luong/ban-goc.pdf",
        "data/metadata/dossier.json",
        "data/metadata/dublin-core.xml",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
    ]


def test_the_tags_of_a_bag(tmp_path):
    report = FORMAT.build(a_package(), tmp_path)
    content = tree(report.path)

    octets = sum(len(one) for path, one in content.items() if path.startswith("data/"))
    # 18:30 UTC on 2 March is 01:30 on 3 March in Vietnam.
    assert (
        "Bag-Software-Agent: hoso 0.1\n"
        "Bagging-Date: 2026-03-03\n"
        "External-Description: Hồ sơ Nguyễn Văn Mẫu\n"
        "External-Identifier: 0abcdefghjkmn\n"
        "Internal-Sender-Identifier: HS-2026/001\n"
        f"Payload-Oxum: {octets}.5\n"
        "Source-Organization: Sở Nội vụ tỉnh Mẫu\n"
    ) == content["bag-info.txt"].decode()
    assert content["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    for name in ("manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt"):
        lines = content[name].decode().splitlines()
        assert lines == sorted(lines, key=lambda line: line.split("  ")[1])
        assert not any(b"\r" in line for line in content[name].splitlines())


def test_the_report_counts_the_payload_and_names_one_digest_over_all(tmp_path):
    folder = FORMAT.build(a_package(), tmp_path)
    zipped = FORMAT.build(a_package(), tmp_path, zipped=True)

    payload = {k: v for k, v in tree(folder.path).items() if k.startswith("data/")}
    tag = (folder.path / "tagmanifest-sha256.txt").read_bytes()
    assert ("bagit", 5, sum(map(len, payload.values()))) == (
        folder.profile,
        folder.files,
        folder.bytes,
    )
    assert hashlib.sha256(tag).hexdigest() == folder.sha256
    assert hashlib.sha256(zipped.path.read_bytes()).hexdigest() == zipped.sha256


_EXPORT = """
import locale, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from bags import FILES, a_package
from hoso.preservation.formats.bagit import BagIt
files = FILES if sys.argv[3] == "forwards" else FILES[::-1]
for zipped in (False, True):
    print(BagIt().build(a_package(files), Path(sys.argv[1]), zipped=zipped).sha256)
"""


def test_the_same_dossier_gives_the_same_bytes_wherever_and_whenever(tmp_path):
    settings = [
        {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C", "order": "forwards"},
        {"TZ": "Asia/Ho_Chi_Minh", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "order": "back"},
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "77", "PYTHONUTF8": "1", "order": "back"},
    ]
    trees = []
    for number, environment in enumerate(settings):
        order = environment.pop("order")
        target = tmp_path / str(number)
        old = os.umask(0o077 if number else 0o022)
        done = python("-c", _EXPORT, str(target), str(Path(__file__).parent), order, **environment)
        os.umask(old)
        assert done.returncode == 0, done.stderr
        trees.append(tree(target))

    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    "stored",
    [b"%PDF-1.7 oNe" * 500, b"%PDF-1.7 one" * 499, b"%PDF-1.7 one" * 501, b""],
    ids=["one byte flipped", "cut short", "grown", "emptied"],
)
def test_bytes_that_are_not_what_was_filed_stop_the_export(tmp_path, stored, zipped):
    wrong = a_file("D05/Bản gốc.pdf", b"%PDF-1.7 one" * 500, stored=stored)

    with pytest.raises(Unusable, match=r"D05/Bản gốc\.pdf is not what was filed"):
        FORMAT.build(a_package((*FILES, wrong)), tmp_path, zipped=zipped)

    assert list(tmp_path.iterdir()) == []


def test_a_wrong_recorded_sha512_alone_stops_the_export(tmp_path):
    good = a_file("x.pdf", b"content")
    bad = PackagedFile("x.pdf", good.open, good.size, good.sha256, "0" * 128, good.mime)

    with pytest.raises(Unusable):
        FORMAT.build(a_package((bad,)), tmp_path)


@pytest.mark.parametrize("error", [FileNotFoundError(2, "No such file"), KeyError("0x2a")])
def test_a_missing_file_stops_the_export_and_is_named(tmp_path, error):
    def gone():
        raise error

    good = a_file("x.pdf", b"content")
    missing = PackagedFile("D05/mất.pdf", gone, 7, good.sha256, good.sha512, good.mime)

    with pytest.raises(Unusable, match=r"D05/mất\.pdf cannot be read"):
        FORMAT.build(a_package((*FILES, missing)), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_exporting_again_to_the_same_place_is_no_fault(tmp_path):
    for zipped in (False, True):
        first = FORMAT.build(a_package(), tmp_path, zipped=zipped)

        assert first == FORMAT.build(a_package(), tmp_path, zipped=zipped)

    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_something_else_under_the_name_is_never_overwritten(tmp_path, zipped):
    report = FORMAT.build(a_package(), tmp_path, zipped=zipped)
    changed = report.path if zipped else report.path / "bag-info.txt"
    changed.write_bytes(b"mine")

    with pytest.raises(Conflict):
        FORMAT.build(a_package(), tmp_path, zipped=zipped)

    assert changed.read_bytes() == b"mine"
    assert [report.path] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises((Unusable, FileExistsError, NotADirectoryError)):
        FORMAT.build(a_package(), tmp_path / "file")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, mode="r", *a, **k: Full() if "x" in mode else real(self, mode)
    )

    with pytest.raises(Unusable, match="No space left"):
        FORMAT.build(a_package(), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_names_that_no_file_system_should_see_become_plain_paths(tmp_path):
    names = [
        "../../etc/passwd",
        "/tuyệt đối.pdf",
        "C:\\con\\nul.txt",
        "CON/aux.pdf",
        "Đơn\u202egpj.exe\n",
        "a",
        "a/b.pdf",
        "",
        "x" * 300 + ".pdf",
        "%0A.pdf",
    ]
    files = tuple(a_file(name, name.encode() or b"-") for name in names)

    report = FORMAT.build(a_package(files), tmp_path)

    paths = [path.relative_to(report.path).as_posix() for path in report.path.rglob("*")]
    assert all(path.isascii() and len(path) < 200 for path in paths)
    assert not any(part in {"..", "con", "nul", "aux"} for p in paths for part in p.split("/"))
    assert python("-m", "bagit", "--validate", str(report.path)).returncode == 0
    said = json.loads((report.path / "data/metadata/dossier.json").read_bytes())
    assert len(names) == len({one["path"] for one in said["files"]})
    assert "../../etc/passwd" in {one["name"] for one in said["files"]}


def test_a_tag_value_with_a_line_feed_stays_on_its_line(tmp_path):
    report = FORMAT.build(a_package(title="Hồ sơ\nPayload-Oxum: 0.0\r\n"), tmp_path)

    lines = (report.path / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert "External-Description: Hồ sơ Payload-Oxum: 0.0" in lines
    assert len(lines) == 7


def test_dublin_core_holds_what_xml_cannot():
    from hoso.preservation.metadata.dublin_core import dublin_core

    dossier = Description("u", {"title": ("a\x00b\ufffe<&>\ud800",), "subject": ("x", "y")})

    root = ET.fromstring(dublin_core(a_package((), dossier=dossier)))

    names = {"dc": "http://purl.org/dc/elements/1.1/"}
    assert root.find(".//dc:title", names).text == "a\ufffdb\ufffd<&>\ufffd"
    assert [one.text for one in root.findall(".//dc:subject", names)] == ["x", "y"]


def test_an_element_that_dublin_core_does_not_have_is_refused():
    from hoso.preservation.metadata.dublin_core import dublin_core

    with pytest.raises(ValueError, match="author"):
        dublin_core(a_package((), dossier=Description("u", {"author": ("x",)})))


def test_the_description_is_sorted_composed_and_without_floats():
    from hoso.preservation.metadata.dossier_json import canonical

    assert '{\n  "a": "Hòa",\n  "b": [\n    1,\n    null\n  ]\n}\n'.encode() == canonical(
        {"b": (1, None), "a": "Ho\u0300a"}
    )
    with pytest.raises(TypeError):
        canonical({"a": 1.5})


def test_the_zip_has_plain_files_of_one_old_date_and_one_folder_on_top(tmp_path):
    report = FORMAT.build(a_package(), tmp_path, zipped=True)

    with zipfile.ZipFile(report.path) as archive:
        infos = archive.infolist()
    assert {"hs-2026-001-0abcdefghjkmn"} == {info.filename.split("/")[0] for info in infos}
    assert {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, stat.S_IFREG | 0o644)} == {
        (info.date_time, info.compress_type, info.external_attr >> 16) for info in infos
    }


class _Zeros(io.RawIOBase):
    """A file of zeros that is never in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        taken = min(size, self.left)
        self.left -= taken
        return bytes(taken)


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_memory_does_not_grow_with_the_file(tmp_path, zipped):
    size = 48 << 20
    hashes = hashlib.sha256(), hashlib.sha512()
    for _ in range(48):
        for one in hashes:
            one.update(bytes(1 << 20))
    big = PackagedFile(
        "big.tiff", lambda: _Zeros(size), size, *(one.hexdigest() for one in hashes), "image/tiff"
    )
    tracemalloc.start()

    FORMAT.build(a_package((big,)), tmp_path, zipped=zipped)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20
