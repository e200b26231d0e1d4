"""What stands on the papers of a destruction file, as plain values.

A paper is an official document of the office (Nghị định 30/2020/NĐ-CP) and therefore in
Vietnamese whatever language its maker reads; the fixed wording is in the ``.typ`` files, what
differs from paper to paper is here.  What is not known is left empty and becomes a dotted line
to be filled in by hand; nothing is made up.

The papers are those of Thông tư 06/2025/TT-BNV on destroying files whose period has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

__all__ = [
    "Certificate",
    "CertifiedLine",
    "CouncilDecision",
    "DestructionDecision",
    "DestructionMinutes",
    "Form",
    "HandOver",
    "Head",
    "JudgedLine",
    "Line",
    "Listing",
    "Member",
    "Minutes",
    "Outcome",
    "Paper",
    "Person",
    "Submission",
    "Vote",
]


@dataclass(frozen=True)
class Head:
    """The head of an official document: who issues it, its number, where and when.

    :ivar parent: the agency above (cơ quan chủ quản), or "".
    :ivar number: as the office gave it; "" leaves a dotted line before ``symbol``.
    :ivar symbol: type and agency, ``QĐ-SNV``.
    :ivar place: place name of the agency (địa danh).
    :ivar file: number of the destruction file the paper belongs to.
    :ivar what: what its lines are called where they are counted: single papers are no files.
    """

    agency: str
    file: str
    parent: str = ""
    number: str = ""
    symbol: str = ""
    place: str = ""
    day: date | None = None
    what: str = "hồ sơ"


@dataclass(frozen=True)
class Person:
    """A person with the post he acts in; ``role`` is the part in the act, where there is one."""

    name: str
    post: str = ""
    role: str = ""


@dataclass(frozen=True)
class Line:
    """A dossier on the list.

    :ivar box: where the paper stands; "" where there is none or nobody knows.
    :ivar span: first and last year of its papers.
    :ivar papers: how many papers it has.
    :ivar rule: item and instrument the period rests on.
    :ivar period: in words, "5 năm".
    :ivar due: first day on which it may be destroyed; ``None`` where no rule says so.
    :ivar reason: why it is proposed.
    :ivar because: the explanation of the date, sentence by sentence.
    """

    number: int
    code: str
    title: str
    box: str = ""
    span: str = ""
    papers: int = 0
    rule: str = ""
    period: str = ""
    due: date | None = None
    reason: str = ""
    note: str = ""
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A member of the council and the part he has in it."""

    name: str
    post: str
    role: str


@dataclass(frozen=True)
class Vote:
    """What a member said of a line; ``choice`` is in words."""

    name: str
    choice: str
    opinion: str = ""
    differs: bool = False


@dataclass(frozen=True)
class JudgedLine:
    """A line with the count of its votes and what the council proposes."""

    number: int
    code: str
    title: str
    destroy: int
    keep: int
    outcome: str
    votes: tuple[Vote, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a line: gone, or kept with the reason."""

    number: int
    code: str
    title: str
    state: str
    at: datetime | None = None
    why: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Paper:
    """A file that was destroyed, by name and digest."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class CertifiedLine:
    """A destroyed dossier with what proves that it was this one.

    :ivar uid: its id for ever.
    :ivar digest: SHA-256 of the facts of the certificate, as the journal has it.
    :ivar rulebook: digest of the definitions the decision was made under.
    :ivar votes: members with what they voted.
    """

    number: int
    uid: str
    code: str
    title: str
    rule: str
    period: str
    due: date | None
    rulebook: str
    destroyed_at: datetime
    votes: tuple[Vote, ...] = ()
    papers: tuple[Paper, ...] = ()
    note: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Form:
    """A paper with its head; ``template`` names the file that sets it in type."""

    template: ClassVar[str]
    heading: ClassVar[str]

    head: Head


@dataclass(frozen=True)
class Listing(Form):
    """The list of expired or duplicate files, and its explanation (danh mục, thuyết minh).

    :ivar groups: (rule, what it is about, number of dossiers).
    :ivar explanation: what the proposer wrote.
    """

    template: ClassVar[str] = "listing.typ"
    heading: ClassVar[str] = "Danh mục hồ sơ, tài liệu hết thời hạn lưu trữ, trùng lặp"

    lines: tuple[Line, ...]
    groups: tuple[tuple[str, str, int], ...]
    explanation: str
    made_by: Person
    on: date
    rulebook: str


@dataclass(frozen=True)
class CouncilDecision(Form):
    """The decision that sets up the council (quyết định thành lập Hội đồng xét hủy)."""

    template: ClassVar[str] = "council-decision.typ"
    heading: ClassVar[str] = "Quyết định thành lập Hội đồng xét hủy tài liệu lưu trữ"

    members: tuple[Member, ...]
    lines: int
    signer: Person


@dataclass(frozen=True)
class Minutes(Form):
    """The minutes of the council (biên bản họp Hội đồng xét hủy).

    :ivar opinions: (name, what was said of the list as a whole).
    """

    template: ClassVar[str] = "minutes.typ"
    heading: ClassVar[str] = "Biên bản họp Hội đồng xét hủy tài liệu lưu trữ"

    council_number: str
    council_day: date | None
    members: tuple[Member, ...]
    began: datetime | None
    ended: datetime | None
    lines: tuple[JudgedLine, ...]
    opinions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Submission(Form):
    """The submission to who decides (tờ trình)."""

    template: ClassVar[str] = "submission.typ"
    heading: ClassVar[str] = "Tờ trình về việc hủy hồ sơ, tài liệu hết thời hạn lưu trữ, trùng lặp"

    to: str
    council_number: str
    council_day: date | None
    total: int
    destroy: int
    keep: int
    explanation: str
    enclosed: tuple[str, ...]
    signer: Person


@dataclass(frozen=True)
class DestructionDecision(Form):
    """The decision to destroy (quyết định hủy), with the list it is about."""

    template: ClassVar[str] = "destruction-decision.typ"
    heading: ClassVar[str] = "Quyết định hủy hồ sơ, tài liệu hết thời hạn lưu trữ, trùng lặp"

    council_number: str
    council_day: date | None
    lines: tuple[Line, ...]
    until: date
    days: int
    signer: Person


@dataclass(frozen=True)
class HandOver(Form):
    """The minutes of handing the files over (biên bản bàn giao)."""

    template: ClassVar[str] = "hand-over.typ"
    heading: ClassVar[str] = "Biên bản bàn giao hồ sơ, tài liệu để hủy"

    decision_number: str
    decision_day: date | None
    giver: Person
    taker: Person
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class DestructionMinutes(Form):
    """The minutes of the destruction (biên bản hủy).

    :ivar backups_until: last day on which a backup still holds the bytes; ``None`` where
        nobody knows.
    """

    template: ClassVar[str] = "destruction-minutes.typ"
    heading: ClassVar[str] = "Biên bản hủy hồ sơ, tài liệu hết thời hạn lưu trữ, trùng lặp"

    decision_number: str
    decision_day: date | None
    lines: tuple[Outcome, ...]
    backups_until: date | None
    persons: tuple[Person, ...]


@dataclass(frozen=True)
class Certificate(Form):
    """The certificate of destruction: what is gone, by which rule, through whom, provably.

    :ivar steps: (what was done, who, when), from proposal to destruction.
    :ivar keep_until: last day of the least time the destruction file itself is kept.
    :ivar beside: the other papers of the file, by digest: who signs this one vouches for them.
    """

    template: ClassVar[str] = "certificate.typ"
    heading: ClassVar[str] = "Giấy chứng nhận hủy hồ sơ, tài liệu"

    decision_number: str
    decision_day: date | None
    steps: tuple[tuple[str, str, datetime | None], ...]
    lines: tuple[CertifiedLine, ...]
    executor: Person
    backups_until: date | None
    keep_until: date
    beside: tuple[Paper, ...] = ()
