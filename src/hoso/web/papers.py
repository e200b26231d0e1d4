"""How pages show a paper: its title, facts, file, and its description as a form.

Used by the page of a filed paper and by the intake; no view of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.kernel.text import shown_name
from hoso.records.marking import level_of
from hoso.records.model import Document, Dossier
from hoso.web.forms import Choice, Form
from hoso.web.language import Language
from hoso.web.shapes import Badge, Fact
from hoso.web.words import KINDS_OF_FILE
from hoso.web.words import say as say_word

__all__ = [
    "FIELDS",
    "FILED",
    "by",
    "compared_badge",
    "facts_of",
    "file_facts",
    "file_name",
    "form_of",
    "level_badge",
    "level_choices",
    "level_today",
    "number_of",
    "reasons_of",
    "renditions_of",
    "short",
    "signed",
    "title_of",
    "type_choices",
    "type_label",
]

#: What a person may write on a paper, in the order of the form.
FIELDS = (
    "type", "form", "level", "title", "number", "symbol", "date", "agency", "signer", "person",
)  # fmt: skip
#: Predicates of views on papers that hang in a dossier.
FILED: Mapping[str, Any] = {"context": Document, "containment": Dossier}

_SHORT = 48


def file_name(document: Document) -> str:
    """Return the name a file came under, readable whatever its bytes."""
    return shown_name(document.given_name)


def title_of(document: Document, language: Language) -> str:
    """Return what a paper is called: its subject, or the name its file came under."""
    return document.title or file_name(document) or language.say("A paper without a title")


def short(text: str) -> str:
    """Shorten a title for the line of crumbs."""
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"


def number_of(document: Document) -> str:
    """Write number and symbol as papers do: 14/QĐ-THLT."""
    return "/".join(part for part in (document.number, document.symbol) if part)


def type_label(request: Any, key: str) -> str:
    """Return what a type of paper is called."""
    known = request.house.rulebook.document_types.get(key)
    return request.language.label(known.label) if known is not None else key


def level_badge(request: Any, number: int) -> Badge:
    """Return a level as its stamp, where it has one."""
    level = request.house.rulebook.levels[number]
    label = request.language.label(level.label)
    return Badge(level.stamp, "stamp", label) if level.stamp else Badge(label)


def level_today(request: Any, record: Document | Dossier) -> Badge:
    """Return the level a record has today, by itself or by its mark."""
    return level_badge(request, level_of(record, request.desk.today))


def reasons_of(document: Document, language: Language) -> str:
    """Say why a paper is not taken in as it is, and what to do."""
    return " ".join(
        language.say(reason.message, **dict(reason.facts)) for reason in document.reasons
    )


def facts_of(request: Any, document: Document) -> tuple[Fact, ...]:
    """Return what the paper says of itself."""
    language = request.language
    say = language.say
    dossier = document.dossier
    form = request.house.rulebook.forms.get(document.form)
    facts = [
        Fact(say("Kind of paper"), type_label(request, document.type)),
        Fact(say("Form"), language.label(form.label) if form is not None else document.form),
        Fact(say("Number and symbol"), number_of(document)),
        Fact(say("Date of the paper"), language.date(document.date)),
        Fact(say("Issued by"), document.agency),
        Fact(say("Signed by"), document.signer),
        Fact(say("Person concerned"), document.person),
    ]
    if dossier is not None:
        seen = request.desk.sees(dossier)
        address = request.resource_path(dossier) if seen else ""
        facts.append(Fact(say("Dossier"), f"{dossier.code} – {dossier.name}", address))
    facts.append(Fact(say("Filed"), by(language, document.filed_at, document.filed_by)))
    facts.append(Fact(say("Checked"), by(language, document.checked_at, document.checked_by)))
    facts.append(
        Fact(
            say("Compared with the paper"),
            by(language, document.compared_at, document.compared_by) or say("not yet"),
        )
    )
    facts.append(Fact(say("Id"), document.uid, code=True))
    return tuple(facts)


def by(language: Language, at: str, by: str) -> str:
    """Say when and by whom; "" where nobody did."""
    return f"{language.moment(at)} · {by}" if at else ""


def file_facts(request: Any, document: Document) -> tuple[Fact, ...]:
    """Return what is known of the file."""
    language = request.language
    say = language.say
    kind = say_word(KINDS_OF_FILE, document.mime, language)
    return (
        Fact(say("File name"), file_name(document)),
        Fact(say("Format"), f"{kind} ({document.puid})" if document.puid else kind),
        Fact(say("Size"), language.size(document.size)),
        *((Fact(say("Pages"), language.number(document.pages)),) if document.pages else ()),
        Fact(say("Received at"), by(language, document.received_at, document.received_by)),
        *_batch(request, document),
        Fact("SHA-256", document.sha256, code=True),
        Fact("SHA-512", document.sha512, code=True),
        *(
            Fact(say("Note"), language.say(note.message, **dict(note.facts)))
            for note in document.notes
        ),
    )


def _batch(request: Any, document: Document) -> tuple[Fact, ...]:
    """Return the batch a file came in with, to who may see it."""
    batch = request.desk.site.batches.get(document.batch) if document.batch else None
    if batch is None or not request.desk.sees(batch):
        return ()
    return (Fact(request.language.say("Batch"), batch.number, request.resource_path(batch)),)


def type_choices(request: Any) -> tuple[Choice, ...]:
    """Return the types of paper, by section."""
    language, rulebook = request.language, request.house.rulebook
    lines = [
        Choice(
            known.key,
            f"{known.key} {language.label(known.label)}",
            f"{known.section} – {language.label(rulebook.sections[known.section].label)}"
            if known.section in rulebook.sections
            else language.say("Other papers"),
        )
        for known in rulebook.document_types.values()
    ]
    return (Choice("", language.say("– choose –")), *lines)


def form_choices(request: Any) -> tuple[Choice, ...]:
    """Return the forms of administrative papers (ND 30/2020/ND-CP)."""
    language = request.language
    return (
        Choice("", language.say("– not stated –")),
        *(
            Choice(code, language.label(term.label))
            for code, term in request.house.rulebook.forms.items()
        ),
    )


def level_choices(request: Any, *, any_: bool = True) -> tuple[Choice, ...]:
    """Return the levels; the reader's clearance is the desk's to check."""
    language = request.language
    lines = [
        Choice(str(level.number), language.label(level.label))
        for level in request.house.rulebook.levels.values()
    ]
    return (*((Choice("", language.say("– as the kind of paper –")),) if any_ else ()), *lines)


def form_of(request: Any, document: Document, *, proposed: Mapping[str, str] | None = None) -> Form:
    """Return a paper's description as a form; proposals stand where nothing is written yet."""
    language = request.language
    values = {
        "type": document.type,
        "form": document.form,
        "title": document.title,
        "number": document.number,
        "symbol": document.symbol,
        "date": language.date(document.date),
        "level": str(level_of(document, request.desk.today)),
        "agency": document.agency,
        "signer": document.signer,
        "person": document.person,
    }
    for name, value in (proposed or {}).items():
        if name in values and not getattr(document, name, "") and value:
            values[name] = value
    values["revision"] = str(document.revision)
    return Form(
        values,
        choices={
            "type": type_choices(request),
            "form": form_choices(request),
            "level": level_choices(request),
        },
    )


def compared_badge(language: Language, document: Document) -> Badge | None:
    """Return who compared a paper with its original and when; none where nobody did."""
    if not document.compared_at:
        return None
    said = by(language, document.compared_at, document.compared_by)
    return Badge(language.say("compared"), "good", said)


def signed(request: Any, document: Document) -> list[dict[str, str]]:
    """Return what is said of each electronic signature, one sentence a line."""
    language = request.language
    tones = {"intact": "good", "broken": "bad", "unreadable": "bad"}
    lines = []
    for reason in document.signatures:
        code = reason.code.removeprefix("signature-")
        facts = {key: _clock(language, value) for key, value in reason.facts}
        lines.append(
            {
                "text": language.say(reason.message, **facts),
                "tone": tones.get(code, ""),
                "begins": "yes" if code in {"signature", "timestamp"} else "",
            }
        )
    return lines


def _clock(language: Language, value: str | float) -> str | float:
    return language.moment(value) if isinstance(value, str) and value[10:11] == "T" else value


def renditions_of(request: Any, document: Document, *, making: bool) -> tuple[Fact, ...]:
    """Return what was made of the original, which itself is never written again."""
    language = request.language
    say = language.say
    copy = document.renditions.get("copy")
    made = say("is being made") if making else say("none")
    facts = [
        Fact(
            say("PDF/A copy"),
            f"{language.size(copy.size)}, {language.moment(copy.made_at)} ({copy.made_by})"
            if copy is not None
            else made,
        )
    ]
    if copy is not None:
        facts.append(Fact(say("SHA-256 of the copy"), copy.sha256, code=True))
    facts += [
        # The tool and its tables have long names; they stand with the answer.
        Fact(say("Identified as"), f"{answer} – {tool} {version}".strip())
        for tool, version, answer in document.identified
    ]
    return tuple(facts)
