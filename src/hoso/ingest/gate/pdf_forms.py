"""Drawings within drawings: forms, patterns, masks and glyphs that contain each other.

Ten forms that each draw the next ten times paint 10^10 times; pdfminer.six and PDFium then
work for ever or die (pdfminer.six #1113).  Here the drawing is counted, not done.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pikepdf

from hoso.ingest.gate.findings import Findings
from hoso.ingest.gate.streams import is_bomb, measure

__all__ = ["check"]

_DEPTH_LIMIT = 12
_DRAWN_LIMIT = 50_000
_NODES_LIMIT = 20_000
_DRAW = re.compile(rb"/([^\s/<>\[\]()%]+)\s+Do\b")
_PAGE_CONTENT_LIMIT = 256 << 20

Key = tuple[int, int]


def check(document: Any, found: Findings) -> None:
    """Count how deep and how often the drawings of *document* contain each other."""
    graph: dict[Key, Counter[Key]] = {}
    for each in document.objects:
        if not isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            continue
        resources = each.get("/Resources")
        is_page = each.get("/Type") == pikepdf.Name.Page
        if isinstance(resources, pikepdf.Dictionary) and not is_page:
            graph[each.objgen] = _contained(each, resources)
        if len(graph) > _NODES_LIMIT:
            found.add("nested", what="drawings")
            return
    _judge(graph, found)
    _check_contents(document, found)


def _contained(each: Any, resources: Any) -> Counter[Key]:
    """Return what *each* draws, and how often."""
    calls = _calls(each)
    drawn: Counter[Key] = Counter()
    for kind in ("/XObject", "/Pattern", "/Font", "/ExtGState"):
        group = resources.get(kind)
        if not isinstance(group, pikepdf.Dictionary):
            continue
        for name, value in group.items():
            if isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
                target = _mask(value) if kind == "/ExtGState" else value
                if target is not None and target.is_indirect:
                    times = calls.get(name[1:], 1) if kind == "/XObject" and calls else 1
                    drawn[target.objgen] += max(1, times)
    return drawn


def _mask(state: Any) -> Any:
    mask = state.get("/SMask")
    group = mask.get("/G") if isinstance(mask, pikepdf.Dictionary) else None
    return group if isinstance(group, pikepdf.Stream) else None


def _calls(each: Any) -> Counter[str]:
    """Count the Do operators in a drawing's content."""
    if not isinstance(each, pikepdf.Stream):
        return Counter()
    value = each.get("/Filter")
    filters = (
        [str(value)]
        if isinstance(value, pikepdf.Name)
        else [str(name) for name in value]
        if isinstance(value, pikepdf.Array)
        else []
    )
    head = measure(bytes(each.read_raw_bytes()), filters, cap=8 << 20).head
    return Counter(name.decode("latin-1") for name in _DRAW.findall(head))


def _judge(graph: dict[Key, Counter[Key]], found: Findings) -> None:
    """Walk the graph once, deepest first; say so when it has a circle, or is deep or wide."""
    depth: dict[Key, int] = {}
    drawn: dict[Key, int] = {}
    for start, contained in graph.items():
        path: list[tuple[Key, list[Key]]] = [(start, list(contained))]
        on_path = {start}
        while path:
            key, left = path[-1]
            if key in depth or not left:
                path.pop()
                on_path.discard(key)
                inner = [child for child in graph[key] if child in graph]
                depth[key] = 1 + max((depth[child] for child in inner), default=0)
                drawn[key] = 1 + sum(
                    times * drawn.get(child, 1) for child, times in graph[key].items()
                )
                if depth[key] > _DEPTH_LIMIT or drawn[key] > _DRAWN_LIMIT:
                    found.add("nested", what="drawings")
                    return
                continue
            child = left.pop()
            if child in on_path:
                found.add("nested", what="a drawing contains itself")
                return
            if child in graph and child not in depth:
                if len(path) > 10 * _DEPTH_LIMIT:
                    found.add("nested", what="drawings")
                    return
                path.append((child, list(graph[child])))
                on_path.add(child)


def _check_contents(document: Any, found: Findings) -> None:
    """Find pages made of one stream named a million times."""
    sizes: dict[Key, int] = {}
    for page in document.pages:
        contents = page.obj.get("/Contents")
        if not isinstance(contents, pikepdf.Array) or len(contents) < 100:
            continue
        total, raw = 0, 0
        for part in contents:
            if not isinstance(part, pikepdf.Stream):
                continue
            if part.objgen not in sizes:
                packed = bytes(part.read_raw_bytes())
                flate = ["/FlateDecode"] if part.get("/Filter") else []
                sizes[part.objgen] = measure(packed, flate, cap=_PAGE_CONTENT_LIMIT).size
                raw += len(packed)
            total += sizes[part.objgen]
            if total > _PAGE_CONTENT_LIMIT and is_bomb(total, raw):
                found.add("bomb", size=total >> 20, ratio=total // max(1, raw))
                return
