"""What each permission is called, to stand inside a sentence: "does not include …"."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PERMISSIONS"]

PERMISSIONS: Mapping[str, str] = {
    "dossier:list": "list dossiers",
    "dossier:view": "look at the dossier",
    "dossier:open": "open dossiers",
    "dossier:edit": "correct the dossier",
    "dossier:status": "change the status",
    "dossier:transfer": "hand the dossier over",
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
}
