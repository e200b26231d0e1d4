"""A small book of rules for the tests, copied by hand from the two retention tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from hoso.definitions.values import RetentionClass, RetentionRule, Term, Text, Trigger

OLD, NEW = "TT 09/2011/TT-BNV", "TT 10/2022/TT-BNV"
OLD_TO, NEW_FROM = "2023-02-14", "2023-02-15"  # TT 10/2022/TT-BNV is in force from 15/02/2023


def rule(key, years, trigger="work-ended", *, item="", confidence="V", since=None, until=None):
    old = key.startswith("09")
    return RetentionRule(
        key=key,
        label=Text(f"Hồ sơ {key}", f"Files {key}"),
        instrument=OLD if old else NEW,
        item=item or key[3:],
        years=years,
        trigger=trigger,
        valid_from=since or (None if old else NEW_FROM),
        valid_to=until or (OLD_TO if old else None),
        confidence=confidence,
    )


RULES = [
    rule("09-052", None, "employment-ended"),
    rule("10-GOC", 70, "employment-ended", confidence="?"),
    rule("09-049b", 5, until="2999-12-31"),
    rule("09-047", 20),
    rule("10-QHa", 5),
    rule("10-QHb", 10),
    rule("09-065", 5, "contract-ended", until="2999-12-31"),
    rule("09-054", None, until="2999-12-31"),
    rule("09-070", 20),
    rule("10-NL", 20, confidence="?"),
    rule("10-by-day", 5, "document-dated", since="2011-01-01"),
]
CLASSES = {
    "original-dossier": ("09-052", "10-GOC"),
    "exam-papers": ("09-049b",),
    "succession-ballots": ("09-047", "10-QHa"),
    "succession-papers": ("09-047", "10-QHb"),
    "casual-contract": ("09-065",),
    "training-plans": ("09-054",),
    "pay-raises": ("09-070", "10-NL"),
    "by-day": ("10-by-day",),
    "without-rule": (),
}
ENDS = ("NGHI_HUU", "THOI_VIEC", "BUOC_TV", "HET_HD", "BO_VIEC", "TU_TRAN", "MSLD")
PHASES = {
    **dict.fromkeys(ENDS, ("left", "service")),
    "CHUYEN_DI": ("left", "custody"),
    "DANG_CT": ("in-service", ""),
    "TAP_SU": ("in-service", ""),
    "LUU_TRU": ("archive", ""),
    "DU_THAO": ("procedure", ""),
}


@dataclass(frozen=True)
class LawOfTests:
    retention_rules: object
    retention_classes: object
    triggers: object
    statuses: object


LAW = LawOfTests(
    MappingProxyType({one.key: one for one in RULES}),
    MappingProxyType({key: RetentionClass(key, Text(key), keys) for key, keys in CLASSES.items()}),
    MappingProxyType(
        {
            "employment-ended": Trigger(
                "employment-ended", Text("Thôi làm việc", "End of service"), ENDS, "end-of-year"
            ),
            "work-ended": Trigger(
                "work-ended", Text("Kết thúc công việc", "End of the work"), (), "end-of-year"
            ),
            "contract-ended": Trigger(
                "contract-ended",
                Text("Chấm dứt hợp đồng", "End of the contract"),
                ("HET_HD",),
                "end-of-year",
            ),
            "document-dated": Trigger(
                "document-dated", Text("Ngày văn bản", "Date of the document"), (), "day"
            ),
        }
    ),
    MappingProxyType(
        {
            code: Term(code, Text(code), None, None, "", "V", {"phase": phase, "ends": ends})
            for code, (phase, ends) in PHASES.items()
        }
    ),
)
