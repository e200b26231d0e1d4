"""What the second reader found, in the reader's language.

It shares nothing with the house and says everything in plain English with its facts put in; here
each sentence is known again by its fixed words, and said anew with the same facts.
"""

from __future__ import annotations

import functools
import re
import string

from hoso.web.second_reader_words import SENTENCES, Sentence

__all__ = ["DEPARTS", "known"]

#: Said of what a profile allows although a standard does not.
DEPARTS = Sentence("the profile departs here")

_FACT = re.compile(r"\{([a-z])\}")


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what sentences look like, those with most fixed words first."""
    texts = sorted(SENTENCES, key=lambda text: -len(_FACT.sub("", text)))
    return tuple((_pattern(text), text) for text in texts)


def _pattern(text: str) -> re.Pattern[str]:
    fixed = _FACT.split(text)
    parts = [re.escape(one) if n % 2 == 0 else "(.*?)" for n, one in enumerate(fixed)]
    return re.compile("".join(parts), re.DOTALL)


def known(what: str) -> tuple[str, dict[str, str]] | None:
    """Return the msgid of a sentence and its facts; ``None`` for one that is not known."""
    for pattern, text in _patterns():
        found = pattern.fullmatch(what)
        if found is not None:
            return text, dict(zip(string.ascii_lowercase, found.groups(), strict=False))
    return None
