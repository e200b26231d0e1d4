"""Set a paper of a destruction file in type: the same value gives the same bytes, always.

Typst in, PDF/A-2b out, with the fonts inside its wheel; nothing is read from the system, and the
only moment in the file is the one it is told.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hoso.kernel import typesetting
from hoso.kernel.clock import VIETNAM
from hoso.retention.forms.values import Form

__all__ = ["typeset"]

_HERE = Path(__file__).parent
#: Head, tables and signatures, which every form begins with.
_FRAME = "frame.typ"


def typeset(form: Form, *, at: datetime) -> bytes:
    """Return the paper as PDF/A-2b, made at the instant *at*."""
    template = (_HERE / _FRAME).read_bytes() + (_HERE / form.template).read_bytes()
    data = {**_plain(form), "heading": form.heading}
    made = typesetting.typeset(
        template,
        typesetting.printable(data),
        pdfa=True,
        timestamp=int(at.timestamp()),
    )
    # A signature is written behind the last line; ISO 19005-2, 6.1.9 wants that line ended.
    return made if made.endswith(b"\n") else made + b"\n"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: days and moments taken apart, as the forms spell them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        here = value.astimezone(VIETNAM)
        return {**_day(here.date()), "hour": f"{here:%H}", "minute": f"{here:%M}"}
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def _day(day: date) -> dict[str, str]:
    # Nghị định 30/2020/NĐ-CP, Phụ lục I: days under 10 and January, February take a zero.
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return {
        "written": f"{day:%d/%m/%Y}",
        "spelled": f"ngày {day:%d} tháng {month} năm {day.year}",
    }
