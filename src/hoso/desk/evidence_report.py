"""The report of the evidence package: figures and pictures of the auditor's desk as PDF/A."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any, Protocol

from hoso.desk.compliance import Overview
from hoso.desk.compliance_charts import Counts
from hoso.desk.desk import Desk

__all__ = ["Told", "report"]


class Told(Protocol):
    """Says the report in words; channels have languages.

    The answer has title, what stands on it, figures and pictures, as ``reports/overview.typ`` asks.
    """

    def __call__(self, overview: Overview, counts: Counts, *, on: Any) -> Mapping[str, Any]: ...


def report(desk: Desk, overview: Overview, counts: Counts, *, told: Told, name: str) -> bytes:
    """Return the report as PDF/A-2b.

    :param name: of the package, for the foot of each page.
    """
    # The typesetter is not needed to start.
    from hoso.kernel.typesetting import printable, typeset

    said = dict(told(overview, counts, on=desk.today))
    pictures = {
        f"picture-{number}": printable(one.pop("picture"))
        for number, one in enumerate(said["charts"])
    }
    said |= {"site": desk.rulebook.profile.title.vi, "name": name}
    return typeset(
        (resources.files("hoso.reports") / "overview.typ").read_bytes(),
        printable(said),
        texts=pictures,
        pdfa=True,
        timestamp=int(desk.house.clock.now().timestamp()),
    )
