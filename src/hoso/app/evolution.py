"""The evolution steps of all packages, in one list; order comes from each step's ``after``.

A package whose persistent classes change adds ``<package>/evolve.py`` and is named here.
Version 0.1 is the first shape on disk.
"""

from __future__ import annotations

from hoso.access import evolve as access
from hoso.ingest import evolve as ingest
from hoso.personnel import evolve as personnel
from hoso.records import evolve as records
from hoso.retention import evolve as retention
from hoso.stacks import evolve as stacks
from hoso.storage.evolution import Step

__all__ = ["STEPS"]

STEPS: tuple[Step, ...] = (
    Step("access-keys", access.add_keys),
    Step("access-ways-in", access.add_ways_in, after=("access-keys",)),
    Step("access-days", access.add_days, after=("access-keys",)),
    Step("access-agreed", access.add_agreed),
    Step("records-batches", records.add_batches),
    Step("records-marks", records.add_marks, after=("records-batches",)),
    Step("ingest-making", ingest.add_making, after=("records-batches",)),
    Step("retention-contents", retention.add_contents, after=("records-batches",)),
    Step("stacks-begun", stacks.add_stacks),
    Step("personnel-begun", personnel.add_careers),
)
