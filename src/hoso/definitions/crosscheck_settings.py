"""Whether the settings of a deployment can be meant: least values, days that are days, known words."""

from __future__ import annotations

from datetime import date

from hoso.definitions.catalogs import Catalogs
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.profiles import Deployment
from hoso.definitions.shapes import did_you_mean

__all__ = ["check_settings", "stating"]

#: The least a profile may say: no grace is allowed, fewer years than the law asks are not.
_DISPOSAL = {"execution_days": 1, "grace_days": 0, "backup_days": 0, "kept_years": 20}
#: One file alone is allowed to nobody where 0 stands; an archive takes one file at least.
_PACKAGES = {
    "files_alone": 0,
    "segment_files": 1,
    "segment_bytes": 1,
    "days_kept": 1,
    "tries": 1,
    "first_pause": 1,
    "longest_pause": 1,
}
#: Three years in days (TT 05/2025/TT-BNV).
_LONGEST_FIXITY = 1096


def check_settings(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    """Note every setting that cannot be meant."""
    _check_calendar(files, found)
    _check_archive(files, catalogs, found)
    _check_retirement(files, catalogs, found)


def _statuses(catalogs: Catalogs) -> tuple[str, ...]:
    found = catalogs.vocabularies.get("dossier-status")
    return tuple(found.terms) if found is not None else ()


def _check_archive(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    status = found.profile.settings.get("archive", {}).get("accepted_status", "")
    known = _statuses(catalogs)
    if status and status not in known:
        place = stating(files, found, "archive", "accepted_status")
        files.fault(place, f"There is no status {status!r}; {did_you_mean(status, known)}")


def _check_calendar(files: DefinitionFiles, found: Deployment) -> None:
    settings = found.profile.settings
    for key, before, form in (
        ("yearly_days_off", "2000-", "MM-DD"),
        ("days_off", "", "YYYY-MM-DD"),
        ("days_worked", "", "YYYY-MM-DD"),
    ):
        for text in settings.get("calendar", {}).get(key, ()):
            try:
                date.fromisoformat(f"{before}{text}")
            except (TypeError, ValueError):
                place = stating(files, found, "calendar", key).at(value=text)
                files.fault(place, f"{text!r} is no day; write {form}.")
    if settings.get("paper", {}).get("loan_days", 1) < 1:
        place = stating(files, found, "paper", "loan_days")
        files.fault(place, "A loan lasts one working day at least; write 1 or more.")
    for table, key in (("two-persons", "days"), ("consents", "longest_days")):
        if settings.get(table, {}).get(key, 1) < 1:
            place = stating(files, found, table, key)
            files.fault(place, f"{key} of [{table}] is one day or more.")
    for key, least in _DISPOSAL.items():
        if settings.get("disposal", {}).get(key, least) < least:
            place = stating(files, found, "disposal", key)
            files.fault(place, f"{key} of [disposal] is {least} or more.")
    fixity = settings.get("fixity", {})
    for key in ("period_days", "every_days", "megabytes_a_second"):
        if fixity.get(key, 1) < 1:
            files.fault(stating(files, found, "fixity", key), f"{key} of [fixity] is 1 or more.")
    if fixity.get("period_days", 1) > _LONGEST_FIXITY:
        files.fault(
            stating(files, found, "fixity", "period_days"),
            f"Every file is read again within three years; write {_LONGEST_FIXITY} or less.",
        )
    _check_packages(files, found)
    soon = settings.get("deadlines", {}).get("soon_days", 0)
    if soon < 0:
        place = stating(files, found, "deadlines", "soon_days")
        files.fault(place, "soon_days of [deadlines] is 0 or more.")
    search = settings.get("search", {})
    alone, most = search.get("export_rows_alone", 0), search.get("export_rows_most", 1)
    if most < max(alone, 1):
        place = stating(files, found, "search", "export_rows_most")
        files.fault(
            place, f"One person alone may take out more lines; write {max(alone, 1)} or more."
        )


def _check_packages(files: DefinitionFiles, found: Deployment) -> None:
    packages = found.profile.settings.get("packages", {})
    for key, least in _PACKAGES.items():
        if packages.get(key, least) < least:
            place = stating(files, found, "packages", key)
            files.fault(place, f"{key} of [packages] is {least} or more.")
    if packages.get("longest_pause", 1) < packages.get("first_pause", 1):
        place = stating(files, found, "packages", "longest_pause")
        files.fault(place, "The longest pause is no shorter than the first; write more.")


def _check_retirement(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    stated = found.profile.settings.get("retirement", {})
    for key, what, known in (
        ("responsible", "role", tuple(found.roles.roles)),
        ("notified", "status", _statuses(catalogs)),
    ):
        if stated.get(key) and stated[key] not in known:
            place = stating(files, found, "retirement", key)
            files.fault(
                place, f"There is no {what} {stated[key]!r}; {did_you_mean(stated[key], known)}"
            )


def stating(files: DefinitionFiles, found: Deployment, table: str, key: str) -> Place:
    """Return where the nearest profile of the chain states a setting."""
    for name in reversed(found.profile.chain):
        file = f"profiles/{name}/settings.toml"
        raw = files.toml(file) if files.exists(file) else None
        if raw is not None and key in raw.get(table, {}):
            return Place(file).at(table, key)
    return found.places["settings"]
