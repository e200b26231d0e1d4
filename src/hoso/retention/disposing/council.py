"""The council: who must sit on it, and what its votes come to (pure).

Members: a chair; the archives officer as secretary; somebody of the unit that has the records;
somebody who knows their field.  It votes by majority, and differing opinions are kept with the
list (Luật Lưu trữ 01/2011/QH13 Đ.18; Hội đồng xét hủy of TT 06/2025/TT-BNV).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hoso.kernel.errors import Fault
from hoso.retention.disposing.model import Opinion, Vote

__all__ = ["DUTIES", "Seat", "Tally", "composition_faults", "tally", "vote_faults"]

DUTIES = ("chair", "secretary", "unit", "expert")

_WANTING = {
    "chair": "The council needs one chair.",
    "secretary": "The council needs one secretary: the archives officer.",
    "unit": "Somebody of the unit that has the records must sit on the council.",
    "expert": "Somebody who knows the field of the records must sit on the council.",
}


@dataclass(frozen=True)
class Seat:
    """What the rules must know of one who shall sit on the council.

    :ivar person: the same for all logins of one person.
    :ivar may_vote: whether the account may vote here and is cleared for every line.
    :ivar is_archives: whether this is an archives officer of the unit.
    :ivar is_of_unit: whether the account belongs to the unit that has the records.
    :ivar is_concerned: whether a record on the list is about this person.
    """

    login: str
    name: str
    duty: str
    person: str
    may_vote: bool
    is_archives: bool
    is_of_unit: bool
    is_concerned: bool = False


@dataclass(frozen=True)
class Tally:
    """What the votes on one line come to; ``silent`` are members who said nothing of it."""

    destroy: int
    keep: int
    silent: int

    @property
    def members(self) -> int:
        return self.destroy + self.keep + self.silent

    @property
    def is_destroy(self) -> bool:
        """Whether more than half of *all* members would destroy: silence never destroys."""
        return 2 * self.destroy > self.members

    @property
    def is_settled(self) -> bool:
        """Whether more than half of the members have spoken."""
        return 2 * (self.destroy + self.keep) > self.members


def composition_faults(seats: Sequence[Seat]) -> Iterator[Fault]:
    """Yield everything that is wrong with a council."""
    for number, seat in enumerate(seats):
        field = f"members.{number}"
        if seat.duty not in DUTIES:
            yield Fault(field, "Choose what {name} does on the council.", {"name": seat.name})
        if not seat.may_vote:
            said = "{name} may not vote on this list: without the permission or the clearance."
            yield Fault(field, said, {"name": seat.name})
        if seat.is_concerned:
            yield Fault(field, "A dossier on the list is about {name}.", {"name": seat.name})
        if any(seat.person == other.person for other in seats[:number]):
            said = "{name} sits on the council already: each member is another person."
            yield Fault(field, said, {"name": seat.name})
        if seat.duty == "secretary" and not seat.is_archives:
            said = "{name} is no archives officer here; the secretary must be one."
            yield Fault(field, said, {"name": seat.name})
        if seat.duty == "unit" and not seat.is_of_unit:
            said = "{name} does not belong to the unit that has the records."
            yield Fault(field, said, {"name": seat.name})
    for duty, wanting in _WANTING.items():
        count = sum(seat.duty == duty for seat in seats)
        if not count:
            yield Fault("members", wanting)
        elif count > 1 and duty in {"chair", "secretary"}:
            yield Fault("members", "There can be but one {duty}.", {"duty": duty})


def vote_faults(votes: Sequence[Vote], open_lines: Callable[[int], bool]) -> Iterator[Fault]:
    """Yield everything that is wrong with what one member says of the lines."""
    for vote in votes:
        field = f"votes.{vote.line}"
        if not open_lines(vote.line):
            yield Fault(field, "There is no line {number} to vote on.", {"number": vote.line})
        elif vote.says not in {"destroy", "keep"}:
            yield Fault(field, "Vote to destroy or to keep.")
        elif vote.says == "keep" and not vote.why:
            yield Fault(field, "Say why it shall be kept: it goes into the minutes.")


def tally(opinions: Mapping[str, Opinion], logins: Sequence[str], line: int) -> Tally:
    """Count what the members said of one line."""
    said = {
        login: vote.says
        for login in logins
        for vote in (opinions[login].votes if login in opinions else ())
        if vote.line == line
    }
    destroy = sum(says == "destroy" for says in said.values())
    return Tally(destroy, len(said) - destroy, len(logins) - len(said))
