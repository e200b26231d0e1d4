"""Known faults in what hoso is built of: kept as data, looked up without a network.

``bin/py -m hoso.testing.advisories`` asks OSV (https://google.github.io/osv.dev/api/) about the
pinned versions, adds what it is told to ``etc/advisories.toml`` and dates the file.
"""

from __future__ import annotations

import json
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.version import Version

from hoso.app.settings import home
from hoso.testing.dependencies import normal, pinned

__all__ = [
    "OLD",
    "PLACE",
    "Advisories",
    "Advisory",
    "from_osv",
    "main",
    "read",
    "refreshed",
    "text",
]

PLACE = Path("etc") / "advisories.toml"
#: Days after which nobody should rely on the file.
OLD = 180
_OSV = "https://api.osv.dev/v1"
#: Patience with an answer.
_SECONDS = 30


@dataclass(frozen=True, order=True)
class Advisory:
    """A fault in versions from ``first`` ("" all) up to, but without, ``fixed`` ("" none yet).

    ``harmless`` says why it does not touch us, "" where it does.
    """

    package: str
    id: str
    first: str
    fixed: str
    about: str
    harmless: str = ""

    def touches(self, version: str) -> bool:
        """Say whether a version has the fault."""
        here = Version(version)
        begun = not self.first or Version(self.first) <= here
        return begun and (not self.fixed or here < Version(self.fixed))


@dataclass(frozen=True)
class Advisories:
    """All faults known on a day."""

    dated: date
    known: tuple[Advisory, ...]

    def in_pins(self, pins: Mapping[str, str]) -> list[Advisory]:
        """Return the faults of pinned versions that touch us."""
        return [
            one
            for one in self.known
            if one.package in pins and not one.harmless and one.touches(pins[one.package])
        ]


def read(path: Path) -> Advisories:
    """Read the file."""
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    known = (
        Advisory(
            normal(one["package"]),
            one["id"],
            one["from"],
            one["fixed"],
            one["about"],
            one.get("harmless", ""),
        )
        for one in said["advisory"]
    )
    return Advisories(said["dated"], tuple(known))


def text(advisories: Advisories, remark: str) -> str:
    """Return the file as it is written, below the *remark* of its top."""
    lines = [remark.rstrip("\n"), f"dated = {advisories.dated.isoformat()}"]
    for one in advisories.known:
        lines += ["", "[[advisory]]"]
        lines += [
            f"{name} = {json.dumps(value, ensure_ascii=False)}"
            for name, value in (
                ("id", one.id),
                ("package", one.package),
                ("from", one.first),
                ("fixed", one.fixed),
                ("about", one.about),
                ("harmless", one.harmless),
            )
            if value or name != "harmless"
        ]
    return "\n".join(lines) + "\n"


def from_osv(found: Mapping[str, Any]) -> Iterator[Advisory]:
    """Yield what one answer of OSV says of packages of PyPI."""
    names = [one for one in found.get("aliases", ()) if one.startswith("CVE-")]
    about = " ".join(str(found.get("summary") or found.get("details", "")).split())[:100]
    for touched in found.get("affected", ()):
        package = touched.get("package", {})
        if package.get("ecosystem") != "PyPI":
            continue
        for span in touched.get("ranges", ()):
            if span.get("type") != "ECOSYSTEM":
                continue
            first = ""
            for event in span.get("events", ()):
                first = event.get("introduced", first)
                if "fixed" in event or event is span["events"][-1]:
                    yield Advisory(
                        normal(package["name"]),
                        (names or [found["id"]])[0],
                        "" if first == "0" else first,
                        event.get("fixed", ""),
                        about,
                    )


def refreshed(
    kept: Advisories,
    pins: Mapping[str, str],
    *,
    ask: Callable[[str, Mapping[str, Any] | None], Any],
    on: date,
) -> Advisories:
    """Return what is kept with what OSV knows of the pinned versions.

    :param ask: sends a JSON body (or nothing) to a path and returns the JSON answer.
    """
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in pins.items()
    ]
    answers = ask("/querybatch", {"queries": queries})["results"]
    told = {one["id"] for answer in answers for one in answer.get("vulns", ())}
    found = (
        advisory for name in sorted(told) for advisory in from_osv(ask(f"/vulns/{name}", None))
    )
    return Advisories(on, tuple(_joined(kept.known, (one for one in found if one.package in pins))))


def _joined(kept: Iterable[Advisory], found: Iterable[Advisory]) -> list[Advisory]:
    by_span = {(one.package, one.id, one.first): one for one in found}
    # What a person wrote about a fault stays.
    by_span |= {(one.package, one.id, one.first): one for one in kept}
    return sorted(by_span.values())


def _ask(path: str, body: Mapping[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the one address above
        _OSV + path, data=data, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def main() -> int:
    """Refresh the file where the network reaches OSV; say what touches us."""
    path, pins = home() / PLACE, pinned(home() / "buildout.cfg")
    kept = read(path)
    try:
        found = refreshed(kept, pins, ask=_ask, on=datetime.now(UTC).date())
    except (OSError, urllib.error.URLError, ValueError) as error:
        sys.stderr.write(f"{_OSV} does not answer ({error}); {path} is as it was.\n")
        return 1
    remark = path.read_text(encoding="utf-8").partition("dated = ")[0]
    path.write_text(text(found, remark), encoding="utf-8")
    for one in found.in_pins(pins):
        sys.stdout.write(f"{one.package} {pins[one.package]}: {one.id} {one.about}\n")
    return 1 if found.in_pins(pins) else 0


if __name__ == "__main__":
    sys.exit(main())
