"""A bag by RFC 8493: declaration, manifests, tag manifests, what ``bag-info.txt`` announces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from hosocheck.reading import Reading

__all__ = ["check_bag", "payload_of"]

_MANIFEST = re.compile(r"(tag)?manifest-(sha256|sha512)\.txt")
_LINES = {
    algorithm: re.compile(rf"([0-9A-Fa-f]{{{digits}}})[ \t]+\*?(.+)")
    for algorithm, digits in (("sha256", 64), ("sha512", 128))
}
_DECLARED = re.compile(
    r"BagIt-Version: (0\.9[3-7]|1\.0)\r?\nTag-File-Character-Encoding: UTF-8\r?\n?"
)
_OXUM = re.compile(r"(\d+)\.(\d+)")
_KNOWN = {"bagit.txt", "bag-info.txt"}
_SIGNATURES = (".p7s", ".tsr")  # of the tag manifest, made after it and so listed nowhere


def payload_of(sizes: Mapping[str, int]) -> set[str]:
    return {name for name in sizes if name.startswith("data/")}


def check_bag(reading: Reading, *, own: bool) -> dict[str, str]:
    """Check the bag and return its ``bag-info.txt``.

    :param own: whether it says to be one of ours, which have both algorithms and nothing else.
    """
    sizes = reading.sizes
    payload = payload_of(sizes)
    declared = reading.text("bagit.txt", "BAG-2.1.1")
    if not _DECLARED.fullmatch(declared) or (own and "BagIt-Version: 1.0\n" not in declared):
        reading.error("BAG-2.1.1", "bagit.txt", "does not declare BagIt 1.0 in UTF-8")
    if "fetch.txt" in sizes:
        reading.error(
            "BAG-2.2.3", "fetch.txt", "asks for files from elsewhere; a bag must be whole"
        )
    tags = {
        name
        for name in sizes
        if name not in payload
        and not name.startswith("tagmanifest-")
        and not name.endswith(_SIGNATURES)
    }
    said = 0
    for number, algorithm in enumerate(("sha256", "sha512")):
        for kind, members in (("manifest", payload), ("tagmanifest", tags)):
            name = f"{kind}-{algorithm}.txt"
            if name not in sizes:
                if own:
                    reading.error("BAG-2.4", name, "is missing")
                continue
            said += kind == "manifest"
            listed = _manifest(reading, name, algorithm)
            _compare(reading, name, listed, members, which=number)
    if not said:
        reading.error("BAG-2.1.3", "", "has no manifest with SHA-256 or SHA-512")
    if own:
        for name in sorted(tags - _KNOWN):
            if not _MANIFEST.fullmatch(name):
                reading.error("BAG-OWN", name, "is no part of a package of ours")
    info = _info(reading)
    _oxum(reading, info, sum(sizes[name] for name in payload), len(payload), own=own)
    return info


def _manifest(reading: Reading, name: str, algorithm: str) -> dict[str, str]:
    listed: dict[str, str] = {}
    line_of = _LINES[algorithm]
    for number, line in enumerate(_lines(reading.text(name, "BAG-2.1.3")), start=1):
        found = line_of.fullmatch(line)
        if found is None:
            reading.error("BAG-2.1.3", name, f"line {number} is not a digest and a path")
            continue
        digest, path = found.groups()
        if "%" in path:
            path = unquote(path)
        if path in listed:
            reading.error("BAG-2.1.3", name, f"line {number} lists {path} again")
        listed[path] = digest.lower()
    return listed


def _compare(
    reading: Reading, name: str, listed: Mapping[str, str], members: set[str], *, which: int
) -> None:
    for path in sorted(set(listed) - members):
        reading.error("BAG-3", path, f"is listed in {name} and is not there")
    hashes = reading.hashes
    others = [
        path for path, digest in listed.items() if path in members and hashes[path][which] != digest
    ]
    for path in sorted(others):
        reading.error("BAG-3", path, f"does not have the digest listed in {name}")
    if name.startswith("tag"):
        # Only what a tag manifest lists is covered by it (RFC 8493 section 2.2.1).
        members = {one for one in members if one in _KNOWN or _MANIFEST.fullmatch(one)}
    for path in sorted(members - set(listed)):
        reading.error("BAG-3", path, f"is not listed in {name}")


def _info(reading: Reading) -> dict[str, str]:
    info: dict[str, str] = {}
    label = ""
    for line in _lines(reading.text("bag-info.txt", "BAG-2.2.2")):
        if label and line[:1] in {" ", "\t"}:
            info[label] += f" {line.strip()}"
            continue
        label, colon, value = line.partition(":")
        if not colon or label != label.strip():
            reading.error("BAG-2.2.2", "bag-info.txt", f"this line cannot be: {line[:60]}")
        elif label in info:
            reading.error("BAG-2.2.2", "bag-info.txt", f"says {label} twice")
        info[label] = value.strip()
    return info


def _oxum(reading: Reading, info: Mapping[str, str], octets: int, count: int, *, own: bool) -> None:
    said = info.get("Payload-Oxum")
    found = _OXUM.fullmatch(said or "")
    if said is None and not own:
        return
    if found is None:
        reading.error("BAG-2.2.2", "bag-info.txt", "has no Payload-Oxum")
    elif (int(found[1]), int(found[2])) != (octets, count):
        reading.error(
            "BAG-2.2.2",
            "bag-info.txt",
            f"announces {found[2]} files with {found[1]} bytes; there are {count} with {octets}",
        )


def _lines(text: str) -> list[str]:
    """Split at line feeds alone; other separators have no business in a tag file."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return [line.removesuffix("\r") for line in lines]
