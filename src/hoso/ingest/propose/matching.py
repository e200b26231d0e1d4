"""Whose dossier a paper belongs in: candidates ranked by what the paper says of them.

Pure: the caller looks the candidates up (by the name, by codes found in the text) and shows
what comes back.  A code or number on the paper tells most, then the name without tone marks,
then the day of birth.  Two people of one name are never chosen between silently: where nothing
on the paper tells them apart, all of them are returned and marked ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.ingest.classifiers import plain
from hoso.ingest.propose.number import dates_in

__all__ = ["Candidate", "Match", "codes_in", "rank"]

_AROUND_BIRTH = 60  # characters after "sinh" in which a date is one of birth
_CODE = re.compile(r"[A-Z\u0110]{1,6}[-.]?\d[\w.-]{1,20}|\d{6,14}")
_LEAST_CODE = 4  # characters: shorter ones stand on any paper


@dataclass(frozen=True)
class Candidate:
    """A person with a dossier.

    *code* is the dossier's; *numbers* are others that name the person: of the identity card, of
    the civil servant.  *birth* is ISO 8601, or a year or a month where no more is known.
    """

    code: str
    name: str
    birth: str = ""
    unit: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """One candidate and why.

    *reasons*, the strongest first: ``code``, ``number``, ``name`` (the one the paper is about),
    ``name-in-text``, ``birth``, ``same-marks`` (the name letter by letter), ``unit``;
    ``other-birth`` speaks against.  *score* is between 0 and 1, for the order only.
    *ambiguous*: another match is as good, or speaks for another person; a person must choose.
    """

    candidate: Candidate
    reasons: tuple[str, ...]
    score: float
    ambiguous: bool = False


_WORTH = {
    "code": 0.5,
    "number": 0.45,
    "name": 0.3,
    "name-in-text": 0.15,
    "birth": 0.15,
    "same-marks": 0.02,
    "unit": 0.02,
    "other-birth": -0.2,
}
# What tells two people apart; the unit does not: a paper of one names many.
_TELLING = ("code", "number", "birth")


def rank(
    text: str,
    proposals: Mapping[str, Mapping[str, Any] | None],
    candidates: Iterable[Candidate],
    *,
    limit: int = 5,
) -> tuple[Match, ...]:
    """Return the candidates the paper may be about, the likeliest first.

    :param text: of the whole paper.
    :param proposals: as made for it; ``person`` and ``signer`` are looked at.
    :param candidates: whoever may be meant; those the paper says nothing of are left out.
    :param limit: how many at most; people of one name are never cut apart by it.
    """
    said = _Said.of(text, proposals)
    matches = [found for each in candidates if (found := _match(each, said)) is not None]
    matches.sort(key=lambda match: (-match.score, match.candidate.code))
    judged = [_judged(match, matches) for match in matches]
    cut = judged[:limit]
    tied = {plain(match.candidate.name) for match in cut if match.ambiguous}
    return (*cut, *(match for match in judged[limit:] if plain(match.candidate.name) in tied))


def codes_in(text: str) -> tuple[str, ...]:
    """Return what may be codes of dossiers or numbers of people, to look candidates up by."""
    return tuple(dict.fromkeys(found.rstrip(".-") for found in _CODE.findall(text.upper())))


@dataclass(frozen=True)
class _Said:
    """What the paper says, folded once."""

    text: str
    codes: frozenset[str]
    person: str
    person_as_written: str
    signer: str
    dates: frozenset[str]
    births: frozenset[str]

    @classmethod
    def of(cls, text: str, proposals: Mapping[str, Mapping[str, Any] | None]) -> _Said:
        person, signer = (_value(proposals, name) for name in ("person", "signer"))
        births: set[str] = set()
        for found in re.finditer(r"\bsinh\b", text, re.IGNORECASE):
            births |= set(dates_in(text[found.end() : found.end() + _AROUND_BIRTH])[:1])
        return cls(
            text=f" {re.sub(r'[^a-z0-9]+', ' ', plain(text))} ",
            codes=frozenset(codes_in(text)),
            person=plain(person),
            person_as_written=person.casefold(),
            signer=plain(signer),
            dates=frozenset(dates_in(text)),
            births=frozenset(births),
        )


def _value(proposals: Mapping[str, Mapping[str, Any] | None], name: str) -> str:
    proposal = proposals.get(name)
    return str(proposal["value"]) if proposal else ""


def _match(candidate: Candidate, said: _Said) -> Match | None:
    reasons = [*_numbers(candidate, said), *_names(candidate, said)]
    if not reasons:
        return None  # a date of birth alone is many people's
    reasons += _birth(candidate.birth, said)
    if candidate.name.casefold() == said.person_as_written:
        reasons.append("same-marks")
    if candidate.unit and f" {_words(candidate.unit)} " in said.text:
        reasons.append("unit")
    score = sum(_WORTH[reason] for reason in reasons)
    return Match(candidate, tuple(reasons), round(min(1.0, max(0.0, score)), 3))


def _numbers(candidate: Candidate, said: _Said) -> list[str]:
    reasons = []
    if _is_on(candidate.code, said):
        reasons.append("code")
    if any(_is_on(number, said) for number in candidate.numbers):
        reasons.append("number")
    return reasons


def _is_on(code: str, said: _Said) -> bool:
    if len(code) < _LEAST_CODE or not any(map(str.isdigit, code)):
        return False
    return code.upper() in said.codes


def _names(candidate: Candidate, said: _Said) -> list[str]:
    name = plain(candidate.name)
    if not name:
        return []
    if name == said.person:
        return ["name"]
    # Who signs is named on every paper of his office and is not whom it is about.
    if name == said.signer or f" {_words(candidate.name)} " not in said.text:
        return []
    return ["name-in-text"]


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", plain(text)).strip()


def _birth(birth: str, said: _Said) -> list[str]:
    if not birth:
        return []
    if any(date.startswith(birth) for date in said.births):
        return ["birth"]
    if len(birth) == len("2000-01-01") and birth in said.dates:
        return ["birth"]
    return ["other-birth"] if said.births else []


def _judged(match: Match, matches: Sequence[Match]) -> Match:
    """Mark a match that another one contests."""
    others = [each for each in matches if each is not match]
    name = plain(match.candidate.name)
    told = _told(match)
    same_name = [each for each in others if plain(each.candidate.name) == name]
    contested = any(_told(each) >= told for each in same_name)
    # The paper's code is one person's, the name on it another's.
    crossed = any(
        (
            "name" in each.reasons
            and match.reasons[0] in {"code", "number"}
            and "name" not in match.reasons
        )
        or (
            "name" in match.reasons
            and each.reasons[0] in {"code", "number"}
            and "name" not in each.reasons
        )
        for each in others
    )
    if not (contested or crossed):
        return match
    return Match(match.candidate, match.reasons, match.score, ambiguous=True)


def _told(match: Match) -> tuple[bool, ...]:
    """Return what tells a person from another of the same name, comparable."""
    return (*(reason in match.reasons for reason in _TELLING), "other-birth" not in match.reasons)
