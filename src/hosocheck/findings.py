"""What a reading comes to: findings with the rule they break, and what a catalogue expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

__all__ = ["Expected", "Finding", "Level", "Listed", "Member", "Paper", "Verdict"]


# Links to nothing, sizes and digests that are not those of the files, ids that are double.
_BELIEF = frozenset(
    {"READ", "SIZE", "OWN-ID", "OWN-JSON", "CSIPSTR4", "CSIP0"}
    | {f"CSIP{number}" for number in (24, 27, 29, 38, 41, 43, 51, 54, 56, 69, 71, 79, 110)}
)


class Level(Enum):
    """How a rule is meant: MUST, SHOULD or MAY of the standards, or worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One rule broken in one place; ``path`` is empty where the whole package is meant."""

    rule: str
    level: Level
    path: str
    what: str

    def as_data(self) -> dict[str, str]:
        return {
            "rule": self.rule,
            "level": self.level.value,
            "path": self.path,
            "what": self.what,
        }


@dataclass(frozen=True)
class Paper:
    """One document as the catalogue has it; dates are ISO 8601, texts composed (NFC).

    ``files`` are the SHA-256 and the size of every file that leaves with it.
    """

    uid: str
    title: str = ""
    date: str = ""
    files: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Expected:
    """What the catalogue says: the dossier, its documents, and every file with its size.

    ``digest`` is the one noted when the package was built: of a zip its SHA-256, of a folder
    that of ``tagmanifest-sha256.txt``.  ``dates`` are days of the dossier by the name of the
    fact they stand under, such as ``birth_date``; an empty field is not asked for.
    """

    identifier: str
    documents: int
    files: tuple[tuple[str, int], ...]  # (sha256, size), in any order
    digest: str = ""
    code: str = ""
    title: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    papers: tuple[Paper, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Expected:
        """Read what :meth:`as_data` wrote; raise ``ValueError`` on anything else."""
        try:
            return cls(
                identifier=str(data["identifier"]),
                documents=int(data["documents"]),
                files=_pairs(data["files"]),
                digest=str(data.get("digest", "")),
                code=str(data.get("code", "")),
                title=str(data.get("title", "")),
                dates=tuple(sorted((str(k), str(v)) for k, v in data.get("dates", {}).items())),
                papers=tuple(
                    Paper(
                        str(one["uid"]),
                        str(one.get("title", "")),
                        str(one.get("date", "")),
                        _pairs(one.get("files", ())),
                    )
                    for one in data.get("papers", ())
                ),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is no list of what to expect: {error!r}") from error

    def as_data(self) -> dict[str, Any]:
        return {
            "identifier": self.identifier,
            "documents": self.documents,
            "files": [list(one) for one in self.files],
            "digest": self.digest,
            "code": self.code,
            "title": self.title,
            "dates": dict(self.dates),
            "papers": [
                {
                    "uid": one.uid,
                    "title": one.title,
                    "date": one.date,
                    "files": [list(file) for file in one.files],
                }
                for one in self.papers
            ],
        }


def _pairs(data: Any) -> tuple[tuple[str, int], ...]:
    return tuple((str(digest), int(size)) for digest, size in data)


@dataclass(frozen=True)
class Listed:
    """What a master says of one part: its name, its digest, its payload, its documents.

    ``cover`` is the SHA-512 of the file that covers all others, ``oxum`` bytes and files.
    """

    objid: str
    cover: str
    oxum: tuple[int, int]
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """What a package says of the set it belongs to.

    ``number`` is which part it is of ``count``, 0 for the master, which alone has ``listed``.
    ``dossier`` is its id, number, title and instant of the freeze, ``documents`` title and date by
    uid, ``holding`` the uids of those with files here.  ``cover`` and ``oxum`` are what was found.
    """

    objid: str
    master: str
    number: int
    count: int
    listed: tuple[Listed, ...]
    dossier: tuple[str, str, str, str]
    documents: Mapping[str, tuple[str, str]] = field(repr=False)
    holding: frozenset[str] = field(repr=False)
    cover: str
    oxum: tuple[int, int]


@dataclass(frozen=True)
class Verdict:
    """What was found in a package; one with an error is neither delivered nor taken in.

    ``departures`` are rules that the profile itself departs from, and that were broken just
    as it says.  ``files`` and ``bytes`` count what a bag calls its payload, else everything.
    ``hashes`` has the SHA-256 and the SHA-512 of every file by its path.  ``member`` is what it
    says of the set it belongs to, where it is one of several.
    """

    findings: tuple[Finding, ...]
    files: int = 0
    bytes: int = 0
    profile: str = ""
    identifier: str = ""
    departures: tuple[Finding, ...] = ()
    hashes: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)
    member: Member | None = field(default=None, compare=False)

    @property
    def wrong(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.level is Level.ERROR)

    @property
    def is_sound(self) -> bool:
        return not self.wrong

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Errors after which nothing in it can be believed: bytes, names, links, hostile XML.

        What is left are errors of form, which a package of some other program may well have.
        """
        return tuple(
            one
            for one in self.wrong
            if one.rule in _BELIEF or one.rule.startswith(("ZIP-", "NAME-", "BAG-", "XML-", "SET-"))
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "format": "hosocheck-1",
            "sound": self.is_sound,
            "profile": self.profile,
            "identifier": self.identifier,
            "files": self.files,
            "bytes": self.bytes,
            "findings": [one.as_data() for one in self.findings],
            "departures": [one.as_data() for one in self.departures],
        }
