"""From a path to a verdict: open, hash, recognise, and ask every rule that applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hosocheck.bag import check_bag, payload_of
from hosocheck.catalogue import against_catalogue, against_digest, against_each_other
from hosocheck.described import described_in
from hosocheck.findings import Expected, Member, Verdict
from hosocheck.limits import Limits
from hosocheck.mets import CSIP, Mets, children, read_mets
from hosocheck.mets_files import check_files
from hosocheck.mets_header import check_header, check_submission
from hosocheck.mets_map import check_map
from hosocheck.premis import check_premis
from hosocheck.profiles import PROFILES, Profile
from hosocheck.reading import Keep, Reading, Stopped
from hosocheck.schema_rules import Schemas
from hosocheck.sets import as_described, member_of
from hosocheck.sources import Openable, Source, ZipFault, opened
from hosocheck.structure import check_references, check_structure
from hosocheck.tt05 import check_tt05

__all__ = ["check"]

_MARKS = ("metadata/dossier.json", "metadata/other/hoso-dossier.json")


def check(
    path: Path | Openable,
    *,
    expected: Expected | None = None,
    profile: str = "",
    schemas: Sequence[Path] = (),
    limits: Limits | None = None,
    keep: Keep | None = None,
    now: datetime | None = None,
) -> Verdict:
    """Read the package at *path* and judge it; every fault is told, not only the first.

    :param expected: what the catalogue says should be in it.
    :param profile: one of ``PROFILES``; without it, what the package looks like.
    :param schemas: folders with XML schemas; without them that is left out.
    :param keep: takes the bytes of every file while they are judged: who keeps them has read
        the package once, and has what was judged.
    :param now: what the clock says, with its zone; nothing in the package is later.
    """
    reading = Reading(limits or Limits(), now)
    run = _Run(reading, profile, Schemas(schemas))
    try:
        with opened(path, say=reading.error, limits=reading.limits) as source:
            run.whole(source, expected, keep)
        if expected is not None and expected.digest:
            against_digest(reading, path, expected.digest)
    except Stopped:
        pass
    except (OSError, ZipFault, RecursionError) as error:
        reading.error("READ", path.name, f"cannot be read: {error}")
    return run.verdict()


class _Run:
    """One judgement; keeps what the verdict tells."""

    def __init__(self, reading: Reading, profile: str, schemas: Schemas) -> None:
        self.reading = reading
        self.wanted = profile
        self.schemas = schemas
        self.profile: Profile | None = PROFILES[profile] if profile else None
        self.identifier = ""
        self.counted: set[str] = set()
        self.root: Mets | None = None
        self.member: Member | None = None

    def verdict(self) -> Verdict:
        reading = self.reading
        departures = self.profile.departures if self.profile else frozenset()
        found = tuple(reading.findings)
        return Verdict(
            tuple(one for one in found if one.rule not in departures),
            len(self.counted),
            sum(reading.sizes[name] for name in self.counted),
            self.profile.name if self.profile else "",
            self.identifier,
            tuple(one for one in found if one.rule in departures),
            reading.hashes,
            self.member,
        )

    def whole(self, source: Source, expected: Expected | None, keep: Keep | None = None) -> None:
        reading = self.reading
        reading.hash_all(source, keep)
        self.counted = set(reading.sizes)
        if not reading.sizes:
            reading.error("READ", source.name, "has no files")
            return
        is_bag = "bagit.txt" in reading.sizes
        base, name = self._root(source, is_bag=is_bag)
        if self.profile is None:
            self.profile = self._recognised(base, is_bag=is_bag)
        self._fits(base, is_bag=is_bag)
        mark = any(f"{base or 'data/'}{one}" in reading.sizes for one in _MARKS)
        own = self.profile.own and (bool(self.wanted) or mark or expected is not None)
        if is_bag:
            self.counted = payload_of(reading.sizes)
            info = check_bag(reading, own=own)
            self.identifier = info.get("External-Identifier", "")
        else:
            info = {}
        payload = {n for n in reading.sizes if n.startswith("data/documents/")}
        if self.profile.eark:
            payload = self._eark(base, name, own=own)
        plain = is_bag and not self.profile.eark
        if expected is not None and plain and self.identifier != expected.identifier:
            reading.error(
                "CAT-NAME", "bag-info.txt", f"is not of the dossier {expected.identifier}"
            )
        home = base if self.profile.eark else ("data/" if is_bag else base)
        said = described_in(reading, home) if own or mark or expected is not None else []
        self.member = member_of(reading, home, self.root, info=info, said=said, own=own)
        said = as_described(reading, said, self.member)
        against_each_other(reading, said)
        if expected is not None:
            against_catalogue(reading, said, payload, expected, one_each=self.profile.tt05)

    def _root(self, source: Source, *, is_bag: bool) -> tuple[str, str]:
        """Find the folder with the root METS; ("", name) where there is none."""
        sizes = self.reading.sizes
        if not is_bag:
            return "", source.name
        inside = {
            n[: -len("METS.xml")]
            for n in sizes
            if n.startswith("data/") and n.endswith("/METS.xml") and n.count("/") == 2
        }
        if len(inside) == 1:
            base = inside.pop()
            return base, base.split("/")[1]
        return ("data/", source.name) if "data/METS.xml" in sizes else ("", source.name)

    def _recognised(self, base: str, *, is_bag: bool) -> Profile:
        sizes = self.reading.sizes
        if f"{base}METS.xml" not in sizes or (is_bag and not base):
            own = "data/metadata/dossier.json" in sizes
            return PROFILES[("bagit" if own else "bag") if is_bag else "eark"]
        head = self.reading.content(f"{base}METS.xml")
        if f"{base}metadata/descriptive/EAD.xml" in sizes and b'TYPE="Mixed"' in head:
            return PROFILES["tt05-aip-hoso" if b'OBJID="urn:' in head else "tt05-sip-hoso"]
        if PROFILES["eark-sip-2.2.0"].address.encode() in head:
            return PROFILES["eark-sip-2.2.0"]
        return PROFILES["eark-sip" if b"earksip.dilcis.eu" in head.lower() else "eark"]

    def _fits(self, base: str, *, is_bag: bool) -> None:
        profile = self.profile
        assert profile is not None  # noqa: S101 - set before this is asked
        if profile.bag and not is_bag:
            self.reading.error("BAG-2.1.1", "bagit.txt", "is missing; this is no bag")
        if is_bag and profile.eark and not base:
            self.reading.error("CSIPSTR4", "METS.xml", "is nowhere in the bag")

    def _eark(self, base: str, name: str, *, own: bool) -> set[str]:
        """Ask the rules of E-ARK; return the files that are the dossier itself."""
        reading, profile = self.reading, self.profile
        assert profile is not None  # noqa: S101 - set before this is asked
        check_structure(reading, base)
        root = read_mets(reading, f"{base}METS.xml", base=base, name=name, is_root=True)
        all_mets = [root] if root is not None else []
        inside = f"{base}representations/"
        for path in sorted(reading.sizes):
            parts = path[len(inside) :].split("/") if path.startswith(inside) else []
            if len(parts) == 2 and parts[1] == "METS.xml":
                home = f"{inside}{parts[0]}/"
                one = read_mets(reading, path, base=home, name=parts[0], is_root=False)
                all_mets += [one] if one is not None else []
        for mets in all_mets:
            check_header(reading, mets, profile)
            check_files(reading, mets)
            check_map(reading, mets)
        self.root = root
        if root is not None:
            self.identifier = root.root.get("OBJID") or ""
            if profile.sip:
                check_submission(reading, root, profile)
            check_references(reading, base, all_mets, own=own)
        self._metadata(base, all_mets, own=own)
        if profile.tt05:
            check_tt05(reading, base, all_mets, profile)
        return {n for n in reading.sizes if n.startswith(inside) and n.split("/data/", 1)[1:]}

    def _metadata(self, base: str, all_mets: list[Mets], *, own: bool) -> None:
        reading = self.reading
        provenance = [
            n
            for n in reading.sizes
            if n.startswith(base) and "metadata/preservation/" in n and n.endswith(".xml")
        ]
        frozen = ""
        for mets in all_mets[:1]:
            for header in children(mets.root, "metsHdr"):
                frozen = header.get("LASTMODDATE") or header.get("CREATEDATE") or ""
                self._kinds(mets, header.get(f"{CSIP}OAISPACKAGETYPE") or "")
        check_premis(reading, base, provenance, frozen=frozen, own=own)
        if not self.schemas:
            return
        kind = "aip_" if self.profile is not None and self.profile.name == "tt05-aip-hoso" else ""
        for name in sorted(reading.sizes):
            described = name.endswith(".xml") and "/data/" not in name[len(base) :]
            inside = name.startswith(base) and ("/metadata/" in f"/{name}" or "METS.xml" in name)
            if inside and described and not self.schemas.check(reading, name, kind=kind) and own:
                reading.warn("XSD", name, "is of a kind there is no schema for")

    def _kinds(self, mets: Mets, kind: str) -> None:
        profile = self.profile
        if profile is not None and profile.name == "tt05-aip-hoso" and kind != "AIP":
            self.reading.error("CSIP9", mets.path, "is not declared as an AIP")
