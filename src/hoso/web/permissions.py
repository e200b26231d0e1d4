"""What each permission is called, to stand inside a sentence: "does not include …"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["PERMISSIONS", "label_of_permission"]

PERMISSIONS: Mapping[str, str] = {
    "dossier:list": "list dossiers",
    "dossier:view": "look at the dossier",
    "dossier:open": "open dossiers",
    "dossier:edit": "correct the dossier",
    "dossier:status": "change the status",
    "document:view": "know of the paper",
    "document:read": "read the paper",
    "document:download": "download the original",
    "document:edit": "correct the description",
    "document:withdraw": "withdraw the paper",
    "intake:work": "work at the tray",
    "intake:file": "file papers",
    "intake:release": "release from quarantine",
    "search:run": "search",
    "paper:view": "see where papers are",
    "paper:move": "arrange places and move papers",
    "paper:lend": "lend papers and take them back",
    "paper:count": "take stock of papers",
    "retention:view": "see retention",
    "retention:hold": "place and lift holds",
    "disposal:propose": "propose disposal",
    "disposal:approve": "approve disposal",
    "export:build": "export",
    "journal:view": "read the journal",
    "journal:verify": "verify the journal",
    "account:view": "see accounts",
    "account:manage": "manage accounts",
    "account:roles": "give and take roles",
    "unit:view": "see units",
    "unit:manage": "manage units",
    "site:admin": "administer the site",
    "mark:view": "see the history of secrecy",
    "mark:determine": "determine secrecy",
    "search:export": "take lists out",
    "retention:lift": "agree to the lifting of a hold",
    "disposal:execute": "carry out disposal",
    "retention:rehearse": "rehearse a new schedule",
    "career:record": "record that a person leaves",
    "career:forecast": "see who retires when",
    "custody:send": "hand dossiers over",
    "custody:receive": "receive dossiers handed over",
    "disposal:view": "see disposals",
    "disposal:vote": "vote in a council",
    "export:send": "deliver packages",
    "package:take": "take packages in",
    "fixity:view": "see whether files are whole",
    "fixity:work": "work off files at risk",
    "compliance:view": "see compliance",
    "evidence:build": "build an evidence package",
    "export:confirm": "agree to a bulk export",
    "consent:ask": "ask for consent",
    "consent:decide": "decide who may read",
    "consent:view": "see consents given",
    "readers:view": "see who read the dossier",
    "journal:export": "export the journal",
    "access:explain": "see who could see what",
    "account:confirm": "agree to a raise of rights",
    "session:manage": "see and end sessions",
    "presence:view": "see who is online",
}


def label_of_permission(request: Any, permission: str) -> str:
    """Return what a permission is called in the reader's language."""
    key = str(permission)
    return str(request.language.say(PERMISSIONS.get(key, key)))
