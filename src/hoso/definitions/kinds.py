"""The shapes of what stands in ``catalogs/`` and ``profiles/``, key by key."""

from __future__ import annotations

from hoso.definitions.shapes import Key, Shape
from hoso.definitions.vocabularies import CONFIDENCES

__all__ = [
    "ACCOUNTS",
    "DEADLINE_UNITS",
    "DOCUMENT_TYPE",
    "DOSSIER_TYPE",
    "INDEX",
    "LEAVING",
    "LEVELS",
    "PROFILE",
    "RETENTION_CLASS",
    "RETENTION_RULE",
    "RETENTION_TABLE",
    "SECRECY_LAW",
    "SECTIONS",
    "SEPARATION",
    "TRIGGER",
    "UNITS",
    "WORKFLOW",
]

_CONFIDENCE = Key("text", required=True, choices=CONFIDENCES)
DEADLINE_UNITS = ("day", "working-day", "year", "yearly-by", "yearly", "last-days-of-month")
RECORD_KINDS = ("document", "item", "dossier")

LEVELS = Shape(
    "levels",
    {
        "level": Key(
            "tables",
            required=True,
            shape=Shape(
                "a level",
                {
                    "number": Key("whole", required=True),
                    "key": Key("text", required=True),
                    "label": Key("label", required=True),
                    "stamp": Key("text"),
                    "source": Key("text", required=True),
                },
            ),
        )
    },
)
SECRECY_LAW = Shape(
    "a law on state secrets",
    {
        "label": Key("label", required=True),
        "instrument": Key("text", required=True),
        "article": Key("text"),
        "valid_from": Key("day", required=True),
        "valid_to": Key("day"),
        "confidential": Key("whole", required=True),
        "secret": Key("whole", required=True),
        "top_secret": Key("whole", required=True),
        "confidence": _CONFIDENCE,
        "decide_before_days": Key("whole", required=True),
        "notice_days": Key("whole", required=True),
        "procedure_confidence": _CONFIDENCE,
    },
)
SECTIONS = Shape(
    "sections",
    {
        "section": Key(
            "tables",
            required=True,
            shape=Shape(
                "a section",
                {"key": Key("text", required=True), "label": Key("label", required=True)},
            ),
        )
    },
)
DOCUMENT_TYPE = Shape(
    "a document type",
    {
        "key": Key("text", required=True),
        "label": Key("label", required=True),
        "section": Key("text", required=True),
        "kinds": Key("words", required=True),
        "repeatable": Key("flag", required=True),
        "form": Key("text"),
        "level": Key("whole", required=True),
        "retention": Key("text", required=True),
        "source": Key("text", required=True),
        "confidence": _CONFIDENCE,
        "closed_to": Key("words"),
        "phrases": Key("words", required=True),
        "symbols": Key("words"),
        "field": Key(
            "tables",
            shape=Shape(
                "a field",
                {
                    "name": Key("text", required=True),
                    "label": Key("label", required=True),
                    "type": Key(
                        "text",
                        required=True,
                        choices=("line", "date", "whole", "decimal", "choice", "flag"),
                    ),
                    "required": Key("flag"),
                    "vocabulary": Key("text"),
                },
            ),
        ),
    },
)
DOSSIER_TYPE = Shape(
    "a dossier type",
    {
        "key": Key("text", required=True),
        "label": Key("label", required=True),
        "personal": Key("flag", required=True),
        "retention": Key("text", required=True),
        "level": Key("whole", required=True),
        "source": Key("text", required=True),
        "stage": Key("table"),
    },
)
STAGE = Shape("a stage", {"required": Key("words", required=True), "deadline": Key("text")})
RETENTION_TABLE = Shape(
    "a retention table",
    {"instrument": Key("text", required=True), "rule": Key("table", required=True)},
)
RETENTION_RULE = Shape(
    "a retention rule",
    {
        "label": Key("label", required=True),
        "item": Key("text", required=True),
        "period": Key("text", required=True),
        "trigger": Key("text", required=True),
        "valid_from": Key("day"),
        "valid_to": Key("day"),
        "confidence": _CONFIDENCE,
        "article": Key("text"),
        "repeats": Key("text"),
    },
)
RETENTION_CLASS = Shape(
    "a retention class",
    {
        "label": Key("label", required=True),
        "rules": Key("words", required=True),
        "part_of": Key("words"),
        "transfer_first": Key("flag"),
    },
)
TRIGGER = Shape(
    "a trigger",
    {
        "label": Key("label", required=True),
        "statuses": Key("words"),
        "counts_from": Key("text", required=True, choices=("end-of-year", "day")),
        "source": Key("text", required=True),
    },
)
INDEX = Shape(
    "an index",
    {
        "name": Key("text", required=True),
        "label": Key("label", required=True),
        "kind": Key(
            "text",
            required=True,
            choices=("token", "tokens", "number", "day", "name", "text", "pairs", "repairs"),
        ),
        "on": Key("words", required=True, choices=RECORD_KINDS),
        "facet": Key("flag", required=True),
        "when": Key("text", required=True, choices=("at-once", "deferred")),
        "value": Key("text", required=True),
    },
)
LEAVING = Shape(
    "a way of leaving",
    {
        "label": Key("label", required=True),
        "status": Key("text", required=True),
        "reasons": Key("words", required=True),
        "forms": Key("text"),
        "ahead": Key("whole", required=True),
        "after": Key("words"),
        "stops": Key("words"),
        "source": Key("text", required=True),
        "confidence": _CONFIDENCE,
        "paper": Key(
            "tables",
            shape=Shape(
                "a paper still wanted",
                {
                    "key": Key("text", required=True),
                    "label": Key("label", required=True),
                    "types": Key("words"),
                    "deadline": Key("text", required=True),
                },
            ),
        ),
    },
)
SEPARATION = Shape(
    "a separation of duties",
    {
        "why": Key("label", required=True),
        "role": Key("text"),
        "never": Key("words"),
        "apart": Key("words"),
    },
)
PROFILE = Shape(
    "a profile",
    {
        "title": Key("label", required=True),
        "extends": Key("text"),
        "about": Key("label"),
        "names": Key("table"),
    },
)
NAME = Shape("a name", {"vi": Key("text", required=True), "en": Key("text")})
WORKFLOW = Shape(
    "a workflow",
    {
        "key": Key("text", required=True),
        "label": Key("label", required=True),
        "initial": Key("text", required=True),
        "state": Key(
            "tables",
            required=True,
            shape=Shape(
                "a state",
                {
                    "key": Key("text", required=True),
                    "label": Key("label", required=True),
                    "final": Key("flag"),
                },
            ),
        ),
        "transition": Key(
            "tables",
            required=True,
            shape=Shape(
                "a transition",
                {
                    "key": Key("text", required=True),
                    "label": Key("label", required=True),
                    "from": Key("words", required=True),
                    "to": Key("text", required=True),
                    "permission": Key("text", required=True),
                    "by": Key("words"),
                    "guards": Key("words"),
                },
            ),
        ),
    },
)
UNITS = Shape(
    "units",
    {
        "unit": Key(
            "tables",
            required=True,
            shape=Shape(
                "a unit",
                {
                    "key": Key("text", required=True),
                    "name": Key("text", required=True),
                    "type": Key("text", required=True),
                    "parent": Key("text"),
                },
            ),
        )
    },
)
ACCOUNTS = Shape(
    "accounts",
    {
        "account": Key(
            "tables",
            required=True,
            shape=Shape(
                "an account",
                {
                    "login": Key("text", required=True),
                    "name": Key("text", required=True),
                    "clearance": Key("whole", required=True),
                    "person": Key("text"),
                    "roles": Key(
                        "tables",
                        shape=Shape(
                            "a role",
                            {"role": Key("text", required=True), "unit": Key("text")},
                        ),
                    ),
                },
            ),
        )
    },
)
