"""Papers set line by line, as the law lays them out; the people in them are invented."""

from __future__ import annotations

from hoso.ingest.propose.lines import Sheet, sheet_of_words

__all__ = ["MIDDLE", "Page", "sheets"]

LEFT, RIGHT, MIDDLE = 0.27, 0.72, 0.53
_LETTER = 0.0098  # width of a letter, of the page
_HEIGHT = 0.011


class Page:
    """A page being set; every line goes below the last, unless told otherwise."""

    def __init__(self, number: int = 1, *, recognised: bool = False) -> None:
        self.number = number
        self.recognised = recognised
        self._y = 0.05
        self._words: list[list[object]] = []
        self._line = 0

    def row(self, **columns: str) -> Page:
        """Set texts side by side: left=, right=, middle=, body=."""
        for place, text in columns.items():
            width = len(text) * _LETTER
            if place == "body":
                x = 0.19
            elif place == "flush":
                x = 0.14
            else:
                x = {"left": LEFT, "right": RIGHT, "middle": MIDDLE}[place] - width / 2
            self._set(text, x)
        self._y += 0.019
        return self

    def space(self, lines: int = 1) -> Page:
        self._y += 0.019 * lines
        return self

    def _set(self, text: str, x: float) -> None:
        for written in text.split():
            word, _, sure = written.partition("·")
            confidence = float(sure or 97)
            box = [x, self._y, x + len(word) * _LETTER, self._y + _HEIGHT]
            made: list[object] = [word, confidence, box, self._line]
            if any(map(str.isdigit, word)):
                made.append(99.5 if not sure else confidence)
            self._words.append(made)
            x += (len(word) + 1) * _LETTER
        self._line += 1

    def sheet(self) -> Sheet:
        text = "\n".join(str(word[0]) for word in self._words)
        return sheet_of_words({
            "page": self.number,
            "aspect": 1.414,
            "source": "ocr" if self.recognised else "layer",
            "words": self._words,
            "text": text,
        })  # fmt: skip


def sheets(*pages: Page) -> list[Sheet]:
    return [page.sheet() for page in pages]


def state_head(page: Page, number: str, date: str, *, over: str, agency: str) -> Page:
    return (
        page.row(left=over, right="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        .row(left=agency, right="Độc lập - Tự do - Hạnh phúc")
        .space()
        .row(left=number, right=date)
    )
