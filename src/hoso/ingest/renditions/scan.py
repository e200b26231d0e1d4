"""What a PDF page draws: only pictures, as a scan does, or letters and lines as well.

A scan's pictures are taken over as they are coded; everything else about the page is written
anew.  So a page is looked through once: which pictures are painted where, and whether anything
else shows.  Text that is drawn invisibly, or under a picture of the whole page, is a layer of
some earlier reading and does not show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from hoso.ingest.renditions.layer import Sheet

__all__ = ["SHOWS", "Marks", "Matrix", "Placed", "look_through", "sheet_of"]

Matrix = tuple[float, float, float, float, float, float]

_UNTURNED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 6
_MOST_PICTURES = 500
_MOST_OPERATORS = 200_000
_PAINTS = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"})
SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_COVERS = 0.98  # of the page: scanners round
_LARGE = 0.5


@dataclass(frozen=True)
class Placed:
    """A picture, the matrix it is painted by, and the colour of its ink if it is a stencil."""

    picture: Any
    matrix: Matrix
    ink: str

    @property
    def area(self) -> float:
        """Return what it covers, in points squared."""
        a, b, c, d, _, _ = self.matrix
        return abs(a * d - b * c)


@dataclass
class Marks:
    """What shows on a page.

    *pictures* in the order they are painted; *others* where letters, lines or anything not
    understood shows; *kept* the page's instructions without invisible text.
    """

    pictures: list[Placed] = field(default_factory=list)
    others: bool = False
    kept: list[Any] = field(default_factory=list)
    layered: bool = False

    def is_scan(self, sheet: Sheet) -> bool:
        """Tell whether pictures cover half of the page or more."""
        whole = (sheet.right - sheet.left) * (sheet.top - sheet.bottom)
        return any(each.area >= _LARGE * whole for each in self.pictures)


@dataclass(frozen=True)
class _State:
    matrix: Matrix = _UNTURNED
    hidden_text: bool = False
    ink: str = "0 g"
    plain: bool = True


def sheet_of(page: Any, turn: int = 0) -> Sheet:
    """Return the visible box of *page*, which is shown turned clockwise by *turn* degrees more."""
    sides = [float(side) for side in page.mediabox]
    box = _upright(sides)
    try:
        crop = _upright([float(side) for side in page.cropbox])
        within = (
            max(box[0], crop[0]),
            max(box[1], crop[1]),
            min(box[2], crop[2]),
            min(box[3], crop[3]),
        )
        if within[2] > within[0] and within[3] > within[1]:
            box = within
    except (ValueError, TypeError, AttributeError):
        pass
    stated = page.obj.get("/Rotate", 0)
    own = int(stated) if isinstance(stated, int) or str(stated).lstrip("-").isdigit() else 0
    return Sheet(*box, turn=(own // 90 * 90 + turn) % 360)


def _upright(sides: list[float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = sides
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def look_through(page: Any, sheet: Sheet) -> Marks:
    """Return what shows on *page*; what cannot be followed counts as showing."""
    marks = Marks()
    try:
        looker = _Looker(marks, sheet)
        resources = page.obj.get("/Resources")
        looker.look(page, resources, _State(), depth=0)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, ArithmeticError):
        marks.others = True
    return marks


class _Looker:
    """Follows the instructions of a page and of the forms it paints."""

    def __init__(self, marks: Marks, sheet: Sheet) -> None:
        self.marks = marks
        self.sheet = sheet
        self.seen = 0

    def look(self, source: Any, resources: Any, state: _State, *, depth: int) -> None:
        stack: list[_State] = []
        # Operators that only set something, by name: state and operands to state.
        setters: dict[str, Callable[[_State, Any], _State]] = {
            "cm": lambda state, given: replace(state, matrix=_times(given, state.matrix)),
            "Tr": lambda state, given: replace(state, hidden_text=int(given[0]) == 3),
            "g": lambda state, given: replace(state, ink=_ink(given, "g")),
            "rg": lambda state, given: replace(state, ink=_ink(given, "rg")),
        }
        for instruction in pikepdf.parse_content_stream(source):
            self.seen += 1
            if self.seen > _MOST_OPERATORS:
                raise ValueError("too many instructions")
            name = str(instruction.operator)
            if name in SHOWS and state.hidden_text:
                self.marks.layered = True
                continue
            if depth == 0:
                self.marks.kept.append(instruction)
            if name == "q":
                stack.append(state)
            elif name == "Q":
                state = stack.pop() if stack else state
            elif name in setters:
                state = setters[name](state, instruction.operands)
            elif name in {"k", "sc", "scn", "cs"}:
                state = replace(state, ink="")
            elif name == "gs":
                state = _with_graphics(state, resources, instruction.operands)
            elif name == "Do":
                self._paint(str(instruction.operands[0]), resources, state, depth)
            elif name in _PAINTS or name in SHOWS:
                self.marks.others = True
            elif name in {"W", "W*"}:
                # A path that clips: scanners clip to the page; others are painted as they are.
                state = replace(state, plain=state.plain and self._clips_nothing())
            elif name == "BDC" and str(instruction.operands[0]) == "/OC":
                state = replace(state, plain=False)

    def _clips_nothing(self) -> bool:
        """Tell whether the path before is a rectangle as large as the page."""
        before = self.marks.kept[-2:-1]
        if not before or str(before[0].operator) != "re":
            return False
        _, _, width, height = (abs(float(each)) for each in before[0].operands)
        sheet = self.sheet
        return width >= _COVERS * (sheet.right - sheet.left) and height >= _COVERS * (
            sheet.top - sheet.bottom
        )

    def _paint(self, name: str, resources: Any, state: _State, depth: int) -> None:
        painted = resources["/XObject"][name]
        if "/OC" in painted or not state.plain:
            self.marks.others = True
            return
        kind = painted.get("/Subtype")
        if kind == "/Image":
            self._place(painted, state)
        elif kind == "/Form" and depth < _DEEPEST:
            given = painted.get("/Matrix")
            matrix = _times(given, state.matrix) if given is not None else state.matrix
            inner = painted.get("/Resources", resources)
            self.look(painted, inner, replace(state, matrix=matrix), depth=depth + 1)
        else:
            self.marks.others = True

    def _place(self, picture: Any, state: _State) -> None:
        stencil = bool(picture.get("/ImageMask", False))
        if stencil and not state.ink:
            self.marks.others = True
            return
        placed = Placed(picture, state.matrix, state.ink)
        if not stencil and not {"/SMask", "/Mask"} & set(picture.keys()) and self._covers(placed):
            # Whatever was painted before lies under it.
            self.marks.pictures.clear()
            self.marks.others = False
        self.marks.pictures.append(placed)
        if len(self.marks.pictures) > _MOST_PICTURES:
            raise ValueError("too many pictures")

    def _covers(self, placed: Placed) -> bool:
        a, b, c, d, e, f = placed.matrix
        xs, ys = [e, e + a, e + c, e + a + c], [f, f + b, f + d, f + b + d]
        sheet = self.sheet
        slack_x = (1 - _COVERS) * (sheet.right - sheet.left)
        slack_y = (1 - _COVERS) * (sheet.top - sheet.bottom)
        straight = abs(a * d) + abs(b * c) > 0 and (abs(b * c) < 1e-6 or abs(a * d) < 1e-6)
        return (
            straight
            and min(xs) <= sheet.left + slack_x
            and max(xs) >= sheet.right - slack_x
            and min(ys) <= sheet.bottom + slack_y
            and max(ys) >= sheet.top - slack_y
        )


def _times(first: Any, then: Matrix) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in first)
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _ink(operands: Any, operator: str) -> str:
    return " ".join([*(f"{float(each):g}" for each in operands), operator])


def _with_graphics(state: _State, resources: Any, operands: Any) -> _State:
    """Take a graphics state for plain unless it makes what is painted see-through."""
    settings = resources["/ExtGState"][str(operands[0])]
    mode = settings.get("/BM", "/Normal")
    plain = (
        settings.get("/SMask", "/None") == "/None"
        and float(settings.get("/ca", 1)) == 1
        and mode in {"/Normal", "/Compatible"}
    )
    return replace(state, plain=state.plain and plain)
