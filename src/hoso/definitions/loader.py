"""Files to plain values: TOML tables and CSV rows, every value with its place.

A file that cannot be read as it should be gives a finding, never an exception, so that
one run tells everything that is wrong.  ``DefinitionFiles`` remembers what it read, for
the fingerprint and for the lines of findings.
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.definitions.faults import Finding
from hoso.definitions.places import Place, line_of

__all__ = ["DefinitionFiles", "Row"]

_AT_LINE = re.compile(r"\(at line (\d+),")
# What changes the look of a code without being seen in a spreadsheet.
_INVISIBLE = tuple(map(chr, (0x200B, 0x200C, 0x200D, 0x2060, 0x00AD, 0xFEFF, 0x202E, 0x2066)))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by column, and where it stands."""

    cells: Mapping[str, str]
    place: Place

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


class DefinitionFiles:
    """The files of ``catalogs/`` and ``profiles/`` under one home, and what is wrong in them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.digests: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._faults: list[tuple[Place, str]] = []

    def fault(self, place: Place, message: str) -> None:
        """Note that something is wrong."""
        self._faults.append((place, message))

    def findings(self) -> list[Finding]:
        """Return everything noted, each once, in the order of files and lines."""
        return sorted(
            {
                Finding(place.file, line_of(self._texts.get(place.file, ""), place), message)
                for place, message in self._faults
            }
        )

    def names(self, folder: str, suffix: str) -> list[str]:
        """Return the files of a folder with a suffix, as paths under the home, in order."""
        found = (self.home / folder).glob(f"*{suffix}")
        return sorted(f"{folder}/{path.name}" for path in found)

    def unread(self, folder: str, suffix: str) -> list[str]:
        """Return the files of a folder without a suffix; hidden ones and READMEs may lie there."""
        found = (self.home / folder).glob("[!.]*")
        others = [path.name for path in found if path.suffix not in {suffix, ".md"}]
        return sorted(f"{folder}/{name}" for name in others)

    def exists(self, file: str) -> bool:
        return (self.home / file).is_file()

    def raw(self, file: str) -> bytes:
        """Return a file's bytes as they lie there."""
        return (self.home / file).read_bytes()

    def text(self, file: str) -> str | None:
        """Return a file's text; ``None`` and a finding where it is no clean UTF-8."""
        if file in self._texts:
            return self._texts[file]
        try:
            raw = self.raw(file)
        except OSError as error:
            self.fault(Place(file, 1), f"The file cannot be read ({error.strerror}); put it back.")
            return None
        self.digests[file] = hashlib.sha256(raw).hexdigest()
        try:
            # Spreadsheets begin a CSV file with a byte order mark.
            text = raw.decode("utf-8-sig" if file.endswith(".csv") else "utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.fault(Place(file, line), "The file is not UTF-8; save it again as UTF-8.")
            return None
        self._texts[file] = text
        if not unicodedata.is_normalized("NFC", text):
            for number, line_text in enumerate(text.splitlines(), start=1):
                if not unicodedata.is_normalized("NFC", line_text):
                    self.fault(
                        Place(file, number),
                        "The text is decomposed Unicode (NFD); save it composed (NFC).",
                    )
        for char in _INVISIBLE:
            if char in text:
                line = text.count("\n", 0, text.index(char)) + 1
                self.fault(
                    Place(file, line),
                    f"There is an invisible character U+{ord(char):04X}; take it out.",
                )
        return text

    def toml(self, file: str) -> dict[str, Any] | None:
        """Return a TOML file's table; ``None`` and a finding where it is not TOML."""
        text = self.text(file)
        if text is None:
            return None
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found.group(1)) if found else text.count("\n") + 1
            said = str(error).split(" (at ")[0]
            self.fault(Place(file, line), f"This is not TOML: {said}. Correct the line.")
            return None

    def table(
        self, file: str, required: Sequence[str], allowed: Sequence[str] | None = None
    ) -> tuple[list[str], list[Row]]:
        """Return a CSV file's columns and rows; *allowed* of ``None`` lets any column stand."""
        text = self.text(file)
        if text is None:
            return [], []
        reader = csv.reader(text.splitlines(keepends=True), skipinitialspace=True, strict=True)
        rows: list[Row] = []
        columns: list[str] = []
        try:
            columns = [name.strip() for name in next(reader, [])]
            if not self._columns_stand(file, columns, required=required, allowed=allowed):
                return columns, []
            width = len(columns)
            line = reader.line_num + 1
            for cells in reader:
                place, line = Place(file, line), reader.line_num + 1
                if not cells:
                    continue
                if len(cells) != width:
                    self.fault(
                        place,
                        f"The row has {len(cells)} cells, the first line {width}; "
                        "add or take out a comma, or quote the cell that holds one.",
                    )
                    continue
                rows.append(Row(dict(zip(columns, map(str.strip, cells), strict=True)), place))
        except csv.Error as error:
            self.fault(Place(file, reader.line_num or 1), f"This is not CSV: {error}.")
        return columns, rows

    def _columns_stand(
        self,
        file: str,
        columns: Sequence[str],
        *,
        required: Sequence[str],
        allowed: Sequence[str] | None,
    ) -> bool:
        first = Place(file, 1)
        missing = [name for name in required if name not in columns]
        if missing:
            self.fault(first, f"Columns are missing: {', '.join(missing)}; add them.")
        for name in sorted({name for name in columns if columns.count(name) > 1}):
            self.fault(first, f"The column {name!r} is there twice; take one out.")
        for name in columns:
            if not name:
                self.fault(first, "A column has no name; name it or take it out.")
            elif allowed is not None and name not in (*required, *allowed):
                self.fault(first, f"Unknown column {name!r}; take it out.")
        return not missing and len(set(columns)) == len(columns)
