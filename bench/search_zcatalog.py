"""Products.ZCatalog with ZCTextIndex as the peer of bench/search.py; runs in ``parts/peers-zope``.

    parts/peers-zope/bin/python bench/search_zcatalog.py FOLDER

FOLDER holds ``papers.jsonl`` and ``questions.json``; the catalog is made there, in a FileStorage
whose cache holds all of it.  Prints one JSON object: seconds to build, ms of processor time for
each question, the least of three.  The words come folded: the splitter only splits.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import transaction
import ZODB
from OFS.SimpleItem import SimpleItem
from Products.PluginIndexes.FieldIndex.FieldIndex import FieldIndex
from Products.PluginIndexes.KeywordIndex.KeywordIndex import KeywordIndex
from Products.ZCatalog.Catalog import Catalog
from Products.ZCTextIndex.OkapiIndex import OkapiIndex
from Products.ZCTextIndex.ZCTextIndex import PLexicon, ZCTextIndex

_FACETS = ("type", "year", "unit")


class Splitter:
    """Cuts at spaces."""

    def process(self, texts: list[str]) -> list[str]:
        return [word for text in texts for word in text.split()]

    processGlob = process  # noqa: N815 - as ZCTextIndex calls it


class Paper(SimpleItem):
    """What is catalogued."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.__dict__.update(said)


class Extra:
    """How a text index is made."""

    doc_attr, index_type, lexicon_id = "text", "Okapi BM25 Rank", "lexicon"


def build(root: Any, papers: Path) -> None:
    catalog = root["catalog"] = Catalog()
    above = SimpleItem()
    above.lexicon = PLexicon("lexicon", "", Splitter())
    catalog.addIndex("text", ZCTextIndex("text", Extra(), above, index_factory=OkapiIndex))
    for name in ("type", "year", "unit", "day"):
        catalog.addIndex(name, FieldIndex(name))
    catalog.addIndex("acl", KeywordIndex("acl"))
    with papers.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            said = json.loads(line)
            catalog.catalogObject(Paper(said), str(said["id"]))
            if number % 1000 == 0:
                transaction.commit()
    transaction.commit()


def ask(catalog: Any, asked: dict[str, Any]) -> int:
    """Answer as the search page does: a page in order, the total, three facets."""
    query: dict[str, Any] = {"acl": {"query": asked["acl"], "operator": "or"}}
    if asked["types"]:
        query["type"] = {"query": asked["types"]}
    if asked["days"]:
        query["day"] = {"query": asked["days"], "range": "min:max"}
    if asked["words"]:
        query["text"] = " AND ".join(asked["words"])
    order = {"sort_on": "day", "sort_order": "descending", "sort_limit": 20}
    by_date = asked["sort"] == "date" or not asked["words"]
    page = catalog.searchResults({**query, **order} if by_date else query)
    for _, _brain in zip(range(20), page, strict=False):
        pass
    found = [brain.getRID() for brain in (catalog.searchResults(query) if by_date else page)]
    for name in _FACETS:
        value_of = catalog.indexes[name]._unindex  # noqa: SLF001 - as facets over it are made
        Counter(value_of[record] for record in found)
    return len(found)


def main(folder: Path) -> None:
    database = ZODB.DB(str(folder / "Catalog.fs"), cache_size=2_000_000, cache_size_bytes=0)
    root = database.open().root()
    began = time.process_time()
    build(root, folder / "papers.jsonl")
    built = time.process_time() - began
    catalog = root["catalog"].__of__(SimpleItem())
    text = catalog.indexes["text"]
    text._v_lexicon = text.index._lexicon  # noqa: SLF001 - what acquisition would find
    took = []
    for asked in json.loads((folder / "questions.json").read_text()):
        tries = []
        for _ in range(3):
            start = time.thread_time()
            ask(catalog, asked)
            tries.append((time.thread_time() - start) * 1000)
        took.append(min(tries))
    print(json.dumps({"built": built, "took": took}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
