"""What a format makes itself is counted, hashed and kept as it was written."""

from __future__ import annotations

import hashlib
import zlib

from hoso.preservation.layout import made_on_disk


def test_many_small_writes_are_hashed_and_kept_as_one_content(tmp_path):
    lines = [f"{number}\n".encode() * 7 for number in range(20_000)]
    whole = b"".join(lines)

    def write(out):
        for line in lines:
            out.write(line)

    entry = made_on_disk("a.txt", tmp_path, write)

    with entry.open() as stream:
        assert stream.read() == whole
    assert (entry.size, entry.crc32) == (len(whole), zlib.crc32(whole))
    assert entry.sha256 == hashlib.sha256(whole).hexdigest()
    assert entry.sha512 == hashlib.sha512(whole).hexdigest()
