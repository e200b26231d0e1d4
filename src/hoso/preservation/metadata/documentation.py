"""Texts in a package that a person reads: what a folder is, and how long the dossier is kept."""

from __future__ import annotations

from collections.abc import Sequence

from hoso.kernel.text import nfc
from hoso.preservation.package import Package

__all__ = ["kept_text", "representation_text"]


def representation_text(objid: str, name: str, purpose: str) -> bytes:
    """Say what a representation is."""
    vietnamese = {
        "rep1": "Tệp gốc như khi tiếp nhận.",
        "rep2": "Bản sao để bảo quản (PDF/A) và nội dung văn bản.",
    }.get(name, "")
    return _text([f"{objid} / {name}", vietnamese, f"{purpose}."])


def kept_text(package: Package) -> bytes:
    """Write the extract of the retention schedule that holds for the dossier, with the reasons."""
    lines = [f"{package.code}: {package.title}", ""]
    kept = package.kept
    if kept is None:
        lines.append("Thời hạn lưu trữ: chưa xác định. / Retention period: not known.")
    else:
        lines += [
            f"Thời hạn lưu trữ / Retention period: {kept.period or '?'}",
            f"Căn cứ / Instrument: {kept.instrument or '?'}",
            f"Mục / Item: {kept.item or '?'}",
            f"Từ / From: {kept.since or '?'}",
            f"Đến / Until: {kept.until or '-'}",
        ]
        if kept.why:
            lines += ["", kept.why.rstrip("\n")]
    rules = [one for one in package.rights if one.get("kind") == "retention"]
    if rules:
        lines += ["", "Bảng thời hạn / Schedule:"]
    for rule in rules:
        valid = f"{rule.get('valid_from') or '...'} - {rule.get('valid_to') or '...'}"
        lines.append(
            f"  {rule.get('rule')}: {rule.get('instrument')}, {rule.get('item')}: "
            f"{rule.get('period')} ({valid})"
        )
    return _text(lines)


def _text(lines: Sequence[str]) -> bytes:
    return nfc("\n".join(lines) + "\n").encode()
