"""Check XML against schemas that lie on this machine; those inside a package are not trusted."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from hosocheck.reading import Reading
from hosocheck.safe_xml import Element

__all__ = ["Schemas"]

_XS = "{http://www.w3.org/2001/XMLSchema}"
# Namespaces whose attributes METS lets in without asking: they are judged with it.
_EXTENSIONS = (
    "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
    "http://www.w3.org/1999/xlink",
)


@dataclass(frozen=True)
class _Known:
    path: Path
    namespace: str
    roots: frozenset[str]


class _Local(etree.Resolver):
    """Answers every address with the file of that name beside the schema, or with nothing."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def resolve(self, url: str, _public: str, context: object) -> object:
        found = self._files.get(url.rpartition("/")[2])
        if found is not None:
            return self.resolve_filename(str(found), context)
        return self.resolve_string("<none/>", context)


class Schemas:
    """The schemas of some folders, by namespace and root element."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = {
            path.name: path.resolve() for folder in folders for path in sorted(folder.glob("*.xsd"))
        }
        self._known = [_known(path) for path in self._files.values()]
        self._compiled: dict[Path, etree.XMLSchema] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def check(self, reading: Reading, path: str, *, kind: str = "") -> bool:
        """Validate one file; tell whether there is a schema for it.

        :param kind: of several schemas for one root, what the right one's name begins with.
        """
        data = reading.content(path)
        if not data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            return True  # told where it was parsed
        root = _root_of(data)
        chosen = self._for(root, path, kind) if root is not None else None
        if chosen is None:
            return False
        schema = self._schema(chosen)
        events = etree.iterparse(
            io.BytesIO(data), schema=schema, resolve_entities=False, no_network=True, load_dtd=False
        )
        try:
            for _, element in events:
                element.clear()
        except etree.XMLSyntaxError:
            first = schema.error_log or events.error_log
            told = first[0].message if len(first) else "is not valid"
            line = f" (line {first[0].line})" if len(first) else ""
            reading.error("XSD", path, f"is not valid by {chosen.path.name}: {told}{line}")
        return True

    def _for(self, root: tuple[str, str], path: str, kind: str) -> _Known | None:
        namespace, name = root
        fitting = [one for one in self._known if one.namespace == namespace and name in one.roots]
        leaf = path.rpartition("/")[2].lower().removesuffix(".xml")
        # Several schemas of the circular have one root; its files are named after them.
        fitting.sort(
            key=lambda one: (
                not f"{kind}{leaf}".startswith(one.path.stem.lower()),
                not leaf.startswith(one.path.stem.lower()),
                -len(one.path.stem),
            )
        )
        return fitting[0] if fitting else None

    def _schema(self, known: _Known) -> etree.XMLSchema:
        if known.path not in self._compiled:
            parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
            parser.resolvers.add(_Local(self._files))
            wanted = [known, *(one for one in self._known if one.namespace in _EXTENSIONS)]
            imports = "".join(
                f'<xs:import namespace="{one.namespace}" schemaLocation="{one.path.as_uri()}"/>'
                for one in {one.namespace: one for one in reversed(wanted)}.values()
                if one.namespace
            )
            text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
            tree = (
                etree.fromstring(text, parser)
                if known.namespace
                else etree.parse(str(known.path), parser)
            )
            self._compiled[known.path] = etree.XMLSchema(tree)
        return self._compiled[known.path]


def _known(path: Path) -> _Known:
    root: Element = etree.parse(str(path), etree.XMLParser(no_network=True)).getroot()
    roots = frozenset(one.get("name") or "" for one in root if one.tag == f"{_XS}element")
    return _Known(path, root.get("targetNamespace") or "", roots)


def _root_of(data: bytes) -> tuple[str, str] | None:
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), events=("start",), resolve_entities=False, no_network=True
        ):
            namespace, _, name = element.tag.rpartition("}")
            return namespace.removeprefix("{"), name
    except etree.XMLSyntaxError:
        pass
    return None
