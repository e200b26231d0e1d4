"""Bring the catalogs up to what the code says: ``python -m hoso.web.locale.update``.

New sentences come in untranslated, those that nobody says any more go; translations of the
others stay.  Then translate what is empty, and ``hoso.web.locale.compile``.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from hoso.web.locale.compile import HERE, catalog
from hoso.web.locale.messages import collect

__all__ = ["updated", "write"]

_HEADER = "# The words of hoso. The msgids are the English sentences."
# The date of an entry is in git; one that changes with every run would hide what changed.
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def updated(language: str) -> Catalog:
    """Return the catalog of *language* with exactly the sentences that are said."""
    known = catalog(language)
    made = Catalog(
        locale=language,
        domain="hoso",
        project="hoso",
        header_comment=_HEADER,
        creation_date=_EPOCH,
        revision_date=_EPOCH,
        last_translator="hoso",
        language_team=language,
        fuzzy=False,
    )
    for msgid, message in sorted(collect().items()):
        before = known.get(msgid)
        said = before.string if before is not None else ""
        one = said[0] if isinstance(said, tuple | list) else said
        places = sorted({place.rpartition(":")[0] for place in message.places})
        comment = [", ".join(places[:3])]
        if message.plural:
            kept = said if isinstance(said, tuple | list) else (one,) * made.num_plurals
            made.add((msgid, message.plural), tuple(kept), auto_comments=comment)
        else:
            made.add(msgid, one, auto_comments=comment)
    return made


def write(language: str) -> int:
    """Write the catalog; return how many sentences want a translation."""
    made = updated(language)
    place = HERE / language / "LC_MESSAGES" / "hoso.po"
    # Whoever reads it meanwhile, to do the same, must not find half of it.
    aside = place.with_name(f".hoso-{os.getpid()}.po")
    with aside.open("wb") as out:
        write_po(out, made, width=100)
    aside.replace(place)
    return sum(1 for m in made if m.id and not (m.string[0] if m.pluralizable else m.string))


if __name__ == "__main__":
    wanting = write("vi")
    sys.stderr.write(f"vi: {wanting} sentences want a translation\n")
