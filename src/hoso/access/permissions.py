"""Every permission of the system.

A permission is ``thing:deed``; which role has which stands in ``roles.csv`` of the profile
and nowhere in the database.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Permission"]


class Permission(StrEnum):
    """What a role may be allowed."""

    DOSSIER_LIST = "dossier:list"
    DOSSIER_VIEW = "dossier:view"
    DOSSIER_OPEN = "dossier:open"
    DOSSIER_EDIT = "dossier:edit"
    DOSSIER_STATUS = "dossier:status"
    DOSSIER_TRANSFER = "dossier:transfer"
    DOCUMENT_VIEW = "document:view"
    DOCUMENT_READ = "document:read"
    DOCUMENT_DOWNLOAD = "document:download"
    DOCUMENT_EDIT = "document:edit"
    DOCUMENT_WITHDRAW = "document:withdraw"
    INTAKE_WORK = "intake:work"
    INTAKE_FILE = "intake:file"
    INTAKE_RELEASE = "intake:release"
    SEARCH = "search:run"
    PAPER_VIEW = "paper:view"
    PAPER_MOVE = "paper:move"
    PAPER_LEND = "paper:lend"
    PAPER_COUNT = "paper:count"
    RETENTION_VIEW = "retention:view"
    RETENTION_HOLD = "retention:hold"
    DISPOSAL_PROPOSE = "disposal:propose"
    DISPOSAL_APPROVE = "disposal:approve"
    EXPORT_BUILD = "export:build"
    JOURNAL_VIEW = "journal:view"
    JOURNAL_VERIFY = "journal:verify"
    ACCOUNT_VIEW = "account:view"
    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_ROLES = "account:roles"
    UNIT_VIEW = "unit:view"
    UNIT_MANAGE = "unit:manage"
    SITE_ADMIN = "site:admin"
