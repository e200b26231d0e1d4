"""The language of one reader: sentences, dates, numbers, sizes.

Vietnamese is the default; a cookie keeps the choice of English.  Sentences are gettext
msgids with ``{name}`` placeholders, the same in templates and in ``kernel.errors``, so one
function says them all.  Facts are put in after translation and escaped by the template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from hoso.kernel.clock import VIETNAM
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault, HosoError
from hoso.preservation.check import Told
from hoso.web.permissions import PERMISSIONS

__all__ = ["COOKIE", "LANGUAGES", "Language", "chosen"]

LANGUAGES = ("vi", "en")
COOKIE = "hoso-language"
_CATALOGS = Path(__file__).resolve().parent / "locale"
_KIB = 1024
_OURS = "what"
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class _Facts(dict[str, Any]):
    """Facts for a sentence; one that is wanting shows its name rather than fail the page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Language:
    """Say things in one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._catalog = _catalog(code)

    def say(self, msgid: str, /, **facts: Any) -> str:
        """Return the sentence *msgid*, with its facts."""
        return self._fill(str(self._catalog.gettext(msgid)) if msgid else "", facts)

    def count(self, one: str, many: str, n: int, /, **facts: Any) -> str:
        """Return the sentence for *n* things; ``{n}`` is the number, written by locale."""
        sentence = str(self._catalog.ngettext(one, many, n))
        return self._fill(sentence, {"n": self.number(n), **facts})

    def error(self, error: HosoError | Fault) -> str:
        """Return what an error or a fault says."""
        message = error.text if isinstance(error, HosoError) else error.message
        return self.say(message, **dict(error.facts))

    def label(self, text: Any) -> str:
        """Return a definition's own label (``definitions.Text``), or plain text as it is."""
        return text if isinstance(text, str) else str(text.in_(self.code))

    def date(self, value: str | date | PartialDate | None) -> str:
        """Write a civil date dd/mm/yyyy, as far as it is known."""
        if not value:
            return ""
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, PartialDate):
            return value.vietnamese
        try:
            return PartialDate.parse(value).vietnamese
        except ValueError:
            return value

    def moment(self, value: str | datetime | None) -> str:
        """Write an instant as the clock on the wall in Vietnam shows it."""
        if not value:
            return ""
        try:
            instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return str(value)
        return f"{instant.astimezone(VIETNAM):%d/%m/%Y %H:%M}"

    def number(self, value: float) -> str:
        """Write a number by locale."""
        return _decimal(value, self.code)

    def percent(self, value: float) -> str:
        """Write a share of one as whole hundredths; never 100 for what is not all."""
        return f"{int(value * 100)}%"

    def size(self, octets: int) -> str:
        """Write a file size."""
        amount: float = octets
        for unit in ("B", "KB", "MB"):
            if amount < _KIB:
                return f"{self.number(round(amount, 1))} {unit}"
            amount /= _KIB
        return f"{self.number(round(amount, 1))} GB"

    def _fill(self, sentence: str, facts: Mapping[str, Any]) -> str:
        if not facts:
            return sentence
        shown = {key: self.shown(facts[key]) for key in facts}
        # The empty msgid is the catalog's own heading.
        if isinstance(shown.get(_OURS), str) and shown[_OURS]:
            # What the gate or the second reader found is a phrase of ours; all other text is
            # somebody's own.
            shown[_OURS] = self.finding(shown[_OURS])
        return sentence.format_map(_Facts(shown))

    def finding(self, what: str) -> str:
        """Say what was found: a phrase as it is, or one of the second reader with its facts."""
        said = str(self._catalog.gettext(what))
        if said != what or self.code == "en":
            return said
        # The list is long, and most pages find nothing.
        from hoso.web.second_reader import known

        found = known(what)
        return self._fill(str(self._catalog.gettext(found[0])), found[1]) if found else what

    def shown(self, value: Any) -> Any:
        """Write a fact inside a sentence: labels, dates and instants by language."""
        if isinstance(value, Told):
            return "; ".join(f"{one.path}: {self.finding(one.what)}" for one in value)
        if isinstance(value, str) and value in PERMISSIONS:
            return self.say(PERMISSIONS[value])
        if isinstance(value, str):
            return self.moment(value) if _STAMP.fullmatch(value) else value
        if isinstance(value, date | PartialDate):
            return self.date(value)
        if hasattr(value, "in_"):
            return self.label(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(value)
        if hasattr(value, "reason") and hasattr(value, "facts"):
            # A decision of ``access.policy``: a sentence with facts of its own.
            return self.say(value.reason, **dict(value.facts))
        if hasattr(value, "text") and hasattr(value, "facts"):
            return self.say(value.text, **dict(value.facts))
        return value


@functools.lru_cache(maxsize=10_000)
def _decimal(value: float, locale: str) -> str:
    # A page of results writes a hundred numbers, mostly the same ones.
    return str(format_decimal(value, locale=locale))


@functools.cache
def _catalog(code: str) -> NullTranslations:
    return Translations.load(_CATALOGS, [code], domain="hoso")


@functools.cache
def _language(code: str) -> Language:
    return Language(code)


def chosen(request: Any) -> Language:
    """Return the reader's language; used as the request property ``language``."""
    code = request.cookies.get(COOKIE, "")
    return _language(code if code in LANGUAGES else LANGUAGES[0])
