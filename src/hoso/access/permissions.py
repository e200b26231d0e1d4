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
    MARK_VIEW = "mark:view"
    MARK_DETERMINE = "mark:determine"
    INTAKE_WORK = "intake:work"
    INTAKE_FILE = "intake:file"
    INTAKE_RELEASE = "intake:release"
    SEARCH = "search:run"
    SEARCH_EXPORT = "search:export"
    PAPER_VIEW = "paper:view"
    PAPER_MOVE = "paper:move"
    PAPER_LEND = "paper:lend"
    PAPER_COUNT = "paper:count"
    RETENTION_VIEW = "retention:view"
    RETENTION_HOLD = "retention:hold"
    RETENTION_LIFT = "retention:lift"
    DISPOSAL_PROPOSE = "disposal:propose"
    DISPOSAL_APPROVE = "disposal:approve"
    DISPOSAL_EXECUTE = "disposal:execute"
    EXPORT_BUILD = "export:build"
    EXPORT_CONFIRM = "export:confirm"
    CONSENT_ASK = "consent:ask"
    CONSENT_DECIDE = "consent:decide"
    CONSENT_VIEW = "consent:view"
    JOURNAL_VIEW = "journal:view"
    JOURNAL_VERIFY = "journal:verify"
    READERS_VIEW = "readers:view"
    JOURNAL_EXPORT = "journal:export"
    ACCESS_EXPLAIN = "access:explain"
    ACCOUNT_VIEW = "account:view"
    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_ROLES = "account:roles"
    ROLE_CONFIRM = "account:confirm"
    SESSION_MANAGE = "session:manage"
    PRESENCE_VIEW = "presence:view"
    UNIT_VIEW = "unit:view"
    UNIT_MANAGE = "unit:manage"
    SITE_ADMIN = "site:admin"
