"""The answer of the gate: may this file come in, and what must a person be told.

Messages are gettext msgids; each tells the person what to do next.  Codes are what tests,
journal and statistics go by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["MESSAGES", "NOTES", "Outcome", "Reason", "Verdict", "reason", "worst"]

Outcome = Literal["accepted", "quarantined", "refused"]

_ORDER: tuple[Outcome, ...] = ("accepted", "quarantined", "refused")

# code -> (outcome, message).  Refused: not taken in, the sender must send something else.
# Quarantined: kept aside untouched, a person decides.
MESSAGES: Mapping[str, tuple[Outcome, str]] = MappingProxyType(
    {
        "not-a-file": ("refused", "There is no readable file here. Check the name and try again."),
        "empty": ("refused", "The file is empty. Scan the paper again."),
        "too-big": (
            "refused",
            "The file is larger than {limit} MB. Split it, or scan at 200 to 300 dpi.",
        ),
        "changed": (
            "refused",
            "The file changed while it was read. Wait until the scanner has finished, then send it again.",
        ),
        "type-unknown": (
            "refused",
            "The content is of no kind known here. Send PDF, TIFF, JPEG or PNG.",
        ),
        "type-refused": (
            "refused",
            "Files of the kind {mime} are not taken in. Send PDF, TIFF, JPEG or PNG.",
        ),
        "type-office": (
            "refused",
            "This is an office document ({mime}). Convert it to PDF and send that.",
        ),
        "type-macro": (
            "refused",
            "This is an office document with macros. Convert it to PDF and send that.",
        ),
        "type-image": (
            "refused",
            "Images of the kind {mime} are not taken in. Save it as TIFF, JPEG or PNG and send that.",
        ),
        "type-archive": (
            "refused",
            "This is an archive ({mime}). Unpack it and send the papers one by one.",
        ),
        "type-program": (
            "refused",
            "This is a program ({mime}), whatever its name says. Do not open it; tell your administrator.",
        ),
        "type-text": (
            "refused",
            "This is a web page ({mime}). Print it to PDF and send that.",
        ),
        "no-pages": ("refused", "The file has no pages. Make it again and send that."),
        "bomb": (
            "refused",
            (
                "A part of the file unpacks to {size} MB, {ratio} times its size: nothing honest does. "
                "Scan the paper again."
            ),
        ),
        "picture-too-large": (
            "refused",
            "The picture has {megapixels} megapixels; the limit is {limit}. Scan at 200 to 300 dpi.",
        ),
        "too-small-to-be": (
            "refused",
            "The file breaks off after its first bytes. Scan the paper again.",
        ),
        "not-a-paper": (
            "quarantined",
            (
                "This is data for programs ({mime}), not a paper. Print it to PDF and send that, "
                "or ask the archivist to take it in as text."
            ),
        ),
        "text-encoding": (
            "quarantined",
            (
                "The text is not in Unicode (UTF-8) and cannot be read for certain. "
                "Save it as UTF-8, or print it to PDF, and send that."
            ),
        ),
        "page-picture-too-large": (
            "quarantined",
            (
                "A picture in the file has {megapixels} megapixels; the limit is {limit}. "
                "Scan at 200 to 300 dpi, or ask the archivist to decide."
            ),
        ),
        "password": (
            "quarantined",
            "The file needs a password. Remove the password and send it again.",
        ),
        "encryption-unknown": (
            "quarantined",
            "The file is encrypted in a way that cannot be read here. Remove the encryption and send it again.",
        ),
        "damaged": (
            "quarantined",
            "The file is damaged ({what}). Scan it again, or ask the archivist to decide.",
        ),
        "too-many-pages": (
            "quarantined",
            "The file has {pages} pages; the limit is {limit}. Split it and send the parts.",
        ),
        "page-too-large": (
            "quarantined",
            "A page is {size} points long; the limit is {limit}. Scan it again at paper size.",
        ),
        "active-content": (
            "quarantined",
            "The file acts by itself when opened ({what}). Print it to a new PDF and send that.",
        ),
        "embedded-file": (
            "quarantined",
            "Another file is attached inside. Save the attachment and send it as a paper of its own.",
        ),
        "dynamic-form": (
            "quarantined",
            (
                "This is a form that draws itself (XFA): the pages show only a placeholder. "
                "Print it to a new PDF and send that."
            ),
        ),
        "external-content": (
            "quarantined",
            "The file fetches parts of itself from elsewhere ({what}). Print it to a new PDF and send that.",
        ),
        "two-in-one": (
            "quarantined",
            "The file is two things at once ({what}). Print it to a new PDF and send that.",
        ),
        "nested": (
            "quarantined",
            (
                "Parts of the file contain each other without end, or too deep ({what}). "
                "Scan the paper again."
            ),
        ),
        "virus": (
            "quarantined",
            (
                "The virus scanner found {name} in the file. Do not open it; "
                "tell your administrator, and scan the paper again."
            ),
        ),
        "not-scanned": (
            "quarantined",
            (
                "The virus scanner did not look through the file ({why}). "
                "Send it in smaller parts, or ask the archivist to decide."
            ),
        ),
        "checker-gave-up": (
            "quarantined",
            "The file could not be checked: {what}. Scan it again, or ask the archivist to decide.",
        ),
    }
)

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "owner-restrictions": "The maker forbade some uses, for instance copying; it opens without a password.",
        "signed": "The file carries a digital signature; it is kept exactly as it is.",
        "signed-then-changed": "Something was added to the file after a digital signature.",
        "identified-differently": (
            "One tool calls the content {first}, another {second}; the file is kept as it is."
        ),
        "pictured-text": (
            "On these pages of the copy you see a picture ({pages}): their own text is not what they show."
        ),
        "pictured-coding": (
            "On these pages of the copy you see a picture ({pages}): "
            "PDF/A does not take their colours or coding."
        ),
        "pictured-parts": (
            "On these pages of the copy you see a picture ({pages}): "
            "PDF/A does not take them as they are ({what})."
        ),
        "typed": "Typed text is kept as it is; it has no copy.",
        "no-copy": "No preservation copy could be made: {why}.",
        "no-picture": "These pages have no picture ({pages}): {why}.",
        "signature-stays": "The signature is valid in the original; the copy only shows it.",
        "signature-in-whole": "The signature is valid in the whole file only.",
        "signatures-unread": "Nobody could look at the signatures: {why}.",
        "pronom-unasked": "PRONOM could not be asked: {why}.",
        "packed-anew": "The pictures were packed anew, without loss ({why}).",
        "name-differs": "The name says {said}, the content is {found}; the content counts.",
        "trailing-bytes": "{count} bytes follow the end of the file; scanners leave such.",
        "leading-bytes": "{count} bytes stand before the beginning of the file.",
        "many-pictures": "Only the first pictures were checked in full.",
        "page-box": "A page does not say how large it is.",
        "stream-damaged": "A part of the file cannot be unpacked ({what}).",
    }
)


@dataclass(frozen=True)
class Reason:
    """One thing found: a code, a message that tells what to do next, the facts behind it."""

    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format_map(dict(self.facts))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {"code": self.code, "message": self.message, "facts": dict(self.facts)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reason:
        """Read back what ``as_dict`` wrote."""
        return cls(str(data["code"]), str(data["message"]), dict(data["facts"]))


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one file.

    *pages* is None where nobody could count them.  *reasons* are why it may not simply come
    in, all of them; *notes* are worth showing and change nothing.  *identified* says which tool,
    of which version, called the file what.
    """

    outcome: Outcome
    mime: str | None = None
    puid: str | None = None
    pages: int | None = None
    sha256: str | None = None
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    signed: bool = False
    identified: tuple[tuple[str, str, str], ...] = ()

    @property
    def reason(self) -> str | None:
        """All reasons in one text, or None."""
        return " ".join(str(each) for each in self.reasons) or None


def reason(code: str, **facts: Any) -> Reason:
    """Make the reason or note *code*."""
    message = MESSAGES[code][1] if code in MESSAGES else NOTES[code]
    return Reason(code, message, facts)


def worst(reasons: tuple[Reason, ...] | list[Reason]) -> Outcome:
    """Return the outcome that *reasons* lead to together."""
    ranks = [_ORDER.index(MESSAGES[each.code][0]) for each in reasons]
    return _ORDER[max(ranks, default=0)]
