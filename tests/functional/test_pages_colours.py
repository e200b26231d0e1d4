"""The palette meets WCAG 2.1 AA (1.4.3: 4.5 to 1 for text), by light and by dark.

The ratio is computed here from the definition in WCAG, section "relative luminance".
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hoso.web

CSS = (Path(hoso.web.__file__).parent / "static" / "hoso.css").read_text("utf-8")
# What is written on what.
TEXT_ON = [
    (ink, ground)
    for ink in ("ink", "ink-soft", "accent", "red")
    for ground in ("paper", "sheet", "sheet-alt")
] + [
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent", "accent-soft"),
    ("red", "red-soft"),
    ("ochre", "ochre-soft"),
    ("ink", "ochre-soft"),
    ("slate", "sheet"),
    ("mark-ink", "mark"),
    ("spine-ink", "spine"),
    ("spine-soft", "spine"),
    ("spine-ink", "spine-rule"),
]


def palette(block):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme):
    head, _, rest = CSS.partition("@media (prefers-color-scheme: dark)")
    colours = palette(head) | (palette(rest.split("*, *::before")[0]) if scheme == "dark" else {})

    weak = [
        (ink, ground, round(contrast(colours[ink], colours[ground]), 2))
        for ink, ground in TEXT_ON
        if contrast(colours[ink], colours[ground]) < 4.5
    ]

    assert weak == []


def test_the_ratio_is_the_standard_s():
    """Black on white is 21 to 1; #767676 on white is the classic just-enough grey."""
    assert round(contrast("#000000", "#ffffff")) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
