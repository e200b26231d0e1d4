"""One package that answers the auditor's questions away from the site, and proves its answers.

A bag (RFC 8493) with every list of the auditor's desk as CSV, the holds, the disposals with their
certificates, how re-reading of files stands, a sample with its seed, and the journal of a period
with the program that verifies it.  It is signed over the tag manifest, which covers every byte; who
made it alone may fetch it, for two days.
"""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from hoso.access.permissions import Permission
from hoso.audit.export import Wanted, write
from hoso.desk import compliance, disposing, fixity, fixity_risks, holding
from hoso.desk.act import act
from hoso.desk.compliance import CHECKS, Checked, Overview
from hoso.desk.compliance_charts import charted
from hoso.desk.desk import Desk
from hoso.desk.disposing_certificate import facts_of
from hoso.desk.evidence_report import Told, report
from hoso.desk.journal import in_scope
from hoso.desk.own_exports import folder_for, ready
from hoso.desk.packaging import signer_here
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid
from hoso.preservation.formats.bagging import COVERING, SIGNATURE, bagged
from hoso.preservation.layout import Entry, Layout, made, made_on_disk
from hoso.preservation.signing import signed
from hoso.preservation.writing import scratch_in, write_layout
from hoso.records.model import Site

__all__ = ["Evidence", "build", "fetch"]

PROFILE = "hoso-evidence-1"
_NAME = re.compile(r"evidence-\d{8}-\d{8}-[0-9a-f]{16}\.zip")
_CSV, _JSON = "text/csv", "application/json"
_CELL = re.compile(r"^[=+\-@\t\r]")
_README = """\
EVIDENCE FROM A RECORDS SYSTEM ({profile})

This is a bag (RFC 8493). To see that not a byte was changed:

    bagit.py --validate FOLDER            or compare manifest-sha256.txt with sha256sum

data/report.pdf         figures and pictures, in Vietnamese, for people to read
data/{{check}}.csv        every dossier that fails a check on {on}, among what the maker may know of
data/sample.csv         dossiers drawn by the seed in data/overview.json: the lot of a dossier is the
                        SHA-256 of the seed, a line feed and the dossier's code (UTF-8), in hex;
                        the smallest lots are drawn
data/holds.csv          holds in force
data/disposals.json     lists for disposal, and the certificate of every destroyed dossier
data/fixity.json        how re-reading of files stands, and files at risk
data/journal.zip        the journal from {first} to {last}; unpack it and run
                        python3 hoso_verify_journal.py .

tagmanifest-sha256.txt.p7s is a signature (CMS, detached) over tagmanifest-sha256.txt, which covers
every other byte:

    openssl cms -verify -binary -inform DER -in tagmanifest-sha256.txt.p7s -content \\
        tagmanifest-sha256.txt -CAfile CERTIFICATE -purpose any -out /dev/null
"""


@dataclass(frozen=True)
class Evidence:
    """A package that lies ready; ``sha256`` is of the file, as the journal has it too."""

    name: str
    path: Path
    files: int
    size: int
    sha256: str
    covering: str


@act("evidence.built", Permission.EVIDENCE_BUILD)
def build(
    desk: Desk, site: Site, *, first: date, last: date, told: Told, seed: str = "", size: int = 0
) -> Evidence:
    """Write the package for a period of the journal.

    :param told: says the report with its pictures.
    :param seed: and ``size``, for a sample; without a seed none is drawn.
    """
    if last < first:
        raise Invalid([Fault("last", "The last day is before the first one.")])
    folder = folder_for(desk)
    name = f"evidence-{first:%Y%m%d}-{last:%Y%m%d}-{secrets.token_hex(8)}"
    with scratch_in(folder) as scratch:
        overview = compliance.overview(desk, site)
        content = report(desk, overview, charted(desk, site), told=told, name=name)
        payload = [made("data/report.pdf", content, mime="application/pdf")]
        payload += _payload(
            desk, site, scratch, overview=overview, first=first, last=last, seed=seed, size=size
        )
        info = {
            "Source-Organization": desk.rulebook.profile.title.vi,
            "External-Identifier": name,
            "Bagging-Date": desk.today.isoformat(),
            "Bag-Software-Agent": "hoso",
            "Contact-Name": desk.identity.name,
        }
        entries = bagged(payload, info, scratch=scratch)
        layout = Layout(PROFILE, name, name, COVERING, entries, SIGNATURE)
        layout = signed(layout, signer_here(desk))
        written = write_layout(layout, folder, zipped=True)
        covering = layout[COVERING].sha256
    desk.say(first=first.isoformat(), last=last.isoformat(), seed=seed, size=size)
    desk.say(files=len(layout.entries), sha256=written.sha256, covering=covering)
    path = written.path
    return Evidence(
        path.name, path, len(layout.entries), path.stat().st_size, written.sha256, covering
    )


def _payload(
    desk: Desk,
    site: Site,
    scratch: Path,
    *,
    overview: Overview,
    first: date,
    last: date,
    seed: str,
    size: int,
) -> Iterator[Entry]:
    told = {
        "made": desk.now,
        "by": desk.identity.login,
        "on": desk.today.isoformat(),
        "rulebook": desk.rulebook.digest,
        "figures": {one.check: one.count for one in overview.figures},
        "more_than_counted": [one.check for one in overview.figures if one.capped],
        "components_looked_through": overview.looked_through or None,
        "journal_sealed_to": overview.sealed_to or None,
        "sample": {"seed": seed, "size": size} if seed else None,
    }
    yield _json("overview", told)
    readme = _README.format(profile=PROFILE, on=desk.today, first=first, last=last)
    yield made("data/README.txt", readme.replace("{check}", "CHECK").encode(), mime="text/plain")
    for check in CHECKS:
        rows = compliance.lines(desk, site, check=check)
        yield _table(scratch, check, _HEAD, (_row(one) for one in rows))
    if seed:
        drawn = compliance.sample(desk, site, seed=seed, size=size)
        lots = ((one.lot, *_row(Checked(one.dossier, one.decision, one.missing))) for one in drawn)
        yield _table(scratch, "sample", ("lot", *_HEAD), lots)
    yield _table(scratch, "holds", _HOLD_HEAD, _holds(desk, site))
    yield _json("disposals", _disposals(desk, site))
    yield _json("fixity", _fixity(desk, site))
    yield _journal(desk, scratch, first, last)


_HEAD = ("code", "uid", "name", "unit", "state", "rule", "instrument", "counted_from", "expires",
         "due", "missing")  # fmt: skip
_HOLD_HEAD = ("hold", "reason", "authority", "placed_at", "placed_by", "members_shown")


def _row(one: Checked) -> tuple[str, ...]:
    dossier, decision = one.dossier, one.decision
    return (
        dossier.code,
        dossier.uid,
        dossier.name,
        dossier.unit.key,
        decision.state,
        decision.rule or "",
        decision.instrument or "",
        str(decision.from_ or ""),
        decision.expires.isoformat() if decision.expires else "",
        decision.due.isoformat() if decision.due else "",
        " ".join(one.missing),
    )


def _holds(desk: Desk, site: Site) -> Iterator[tuple[str, ...]]:
    for view in holding.listed(desk, site):
        hold = view.hold
        shown = " ".join(record.uid for record in view.members)
        yield (
            ids.to_text(hold.id), hold.reason, hold.authority, hold.placed_at, hold.placed_by, shown,
        )  # fmt: skip


def _disposals(desk: Desk, site: Site) -> dict[str, Any]:
    lists, destroyed = [], []
    gone = desk.root["disposals"].destroyed if "disposals" in desk.root else {}
    for one in disposing.listing(desk, site):
        lines = list(one.lines.values())
        lists.append(
            {
                "number": one.number,
                "state": one.state,
                "unit": one.unit.key,
                "lines": [{"code": line.code, "state": line.state} for line in lines],
            }
        )
        for line in lines:
            made_of = gone.get(line.record)
            if line.state == "destroyed" and made_of is not None:
                destroyed.append(facts_of(made_of))
    return {"lists": lists, "destroyed": destroyed}


def _fixity(desk: Desk, site: Site) -> dict[str, Any]:
    stands = fixity.status(desk, site)
    at_risk = [
        {
            "of": line.kind,
            "id": line.uid,
            "file": line.rendition,
            "kind": line.risk.kind,
            "state": line.risk.state,
            "found_at": line.risk.found_at,
            "expected": line.risk.expected,
            "found": line.risk.found,
            "reason": line.risk.reason,
        }
        for line in fixity_risks.risks(desk, site, every=True)
    ]
    return {**asdict(stands), "last": stands.last and stands.last._asdict(), "risks": at_risk}


def _journal(desk: Desk, scratch: Path, first: date, last: date) -> Entry:
    path = scratch / "journal.zip"
    since = (first - timedelta(days=1)).isoformat()
    write(
        desk.journal,
        path,
        wanted=Wanted(since, last.isoformat()),
        made=desk.now,
        may_show=in_scope(desk),
    )

    def copy(out: IO[bytes]) -> None:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 18):
                out.write(chunk)

    return made_on_disk("data/journal.zip", scratch, copy, mime="application/zip")


def _json(name: str, value: Any) -> Entry:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)
    return made(f"data/{name}.json", f"{text}\n".encode(), mime=_JSON)


def _table(scratch: Path, name: str, head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Entry:
    def fill(out: IO[bytes]) -> None:
        text = io.TextIOWrapper(_Kept(out.write), encoding="utf-8-sig", newline="")  # type: ignore[type-var]
        lines = csv.writer(text)
        lines.writerow(head)
        for row in rows:
            # A spreadsheet takes what begins so for a formula.
            lines.writerow([f"'{cell}" if _CELL.match(cell) else cell for cell in row])
        text.flush()
        text.detach()

    return made_on_disk(f"data/{name}.csv", scratch, fill, mime=_CSV)


class _Kept(io.RawIOBase):
    """Hands bytes on; what writes text wants more of a file than we are given."""

    def __init__(self, hand_on: Callable[[bytes], int]) -> None:
        self._hand_on = hand_on

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._hand_on(bytes(content))
        return len(content)


@act("evidence.fetched", Permission.EVIDENCE_BUILD)
def fetch(desk: Desk, _site: Site, *, name: str) -> Path:
    """Return the file of a package that this account made."""
    path = ready(desk, name, _NAME)
    desk.say(file=name)
    return path
