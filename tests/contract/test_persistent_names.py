"""Dotted names that stand on disk.

Whoever changes a line of ``persistent_names.txt`` writes an evolution step: a database holds
the old name for ever.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from persistent import Persistent

from hoso.access.agreed.model import Decided
from hoso.access.identity import Held
from hoso.access.model import AccountState, Attempts, Link, Passkey, Wanted
from hoso.personnel.model import AgeStated, Counted, EndedRole, Item, Said, Tick
from hoso.records.model import Former, Grant, Lying, Mark, Reason, StatusEvent
from hoso.retention.model import HoldAct
from hoso.stacks.model import Extension, Finding, Scan, Shift
from hoso.testing.modules import every_module

NAMES = Path(__file__).with_name("persistent_names.txt")


def persistent_classes():
    for module in every_module():
        for value in vars(module).values():
            known = isinstance(value, type) and issubclass(value, Persistent)
            if known and value.__module__ == module.__name__:
                yield value


def test_the_classes_on_disk_are_the_listed_ones():
    there = {f"{one.__module__}.{one.__qualname__}" for one in persistent_classes()}

    assert sorted(there) == NAMES.read_text(encoding="utf-8").split()


def test_persistent_classes_live_in_models_and_the_tree():
    places = {one.__module__ for one in persistent_classes()}

    strays = {place for place in places if place.rsplit(".", 1)[1] != "model"}
    assert strays == {"hoso.kernel.tree"}


def test_the_values_kept_in_tuples_have_their_names_on_disk_too():
    """Named tuples pickle by name; these are part of records and accounts."""
    values = (Extension, Finding, Grant, Held, HoldAct, Lying, Reason, Scan, Shift, StatusEvent)
    values = (*values, AccountState, Attempts, Decided, Former, Link, Mark, Passkey, Wanted)
    values = (*values, AgeStated, Counted, EndedRole, Item, Said, Tick)
    names = {f"{one.__module__}.{one.__qualname__}" for one in values}

    assert names == {
        "hoso.access.agreed.model.Decided",
        "hoso.records.model.Former",
        "hoso.records.model.Grant",
        "hoso.records.model.Lying",
        "hoso.records.model.Mark",
        "hoso.access.identity.Held",
        "hoso.access.model.AccountState",
        "hoso.access.model.Attempts",
        "hoso.access.model.Link",
        "hoso.access.model.Passkey",
        "hoso.access.model.Wanted",
        "hoso.records.model.Reason",
        "hoso.records.model.StatusEvent",
        "hoso.personnel.model.AgeStated",
        "hoso.personnel.model.Counted",
        "hoso.personnel.model.EndedRole",
        "hoso.personnel.model.Item",
        "hoso.personnel.model.Said",
        "hoso.personnel.model.Tick",
        "hoso.retention.model.HoldAct",
        "hoso.stacks.model.Extension",
        "hoso.stacks.model.Finding",
        "hoso.stacks.model.Scan",
        "hoso.stacks.model.Shift",
    }


def _globals(record: bytes) -> set[str]:
    """Return the dotted names a database record refers to, read off its pickle opcodes."""
    import pickletools

    words, names = [], set()
    for opcode, value, _at in pickletools.genops(record):
        if opcode.name in {"SHORT_BINUNICODE", "BINUNICODE"}:
            words.append(value)
        elif opcode.name == "STACK_GLOBAL":
            names.add(".".join(words[-2:]))
        elif opcode.name == "GLOBAL":
            names.add(value.replace(" ", "."))
    return names


def test_a_used_site_holds_no_other_names_of_ours(site, as_):
    """What really stands on disk after work of all kinds: listed classes, the four values."""
    from hoso.testing.situations import a_day_of_work

    a_day_of_work(site)
    listed = set(NAMES.read_text(encoding="utf-8").split())
    values = {
        "hoso.records.model.Grant",
        "hoso.records.model.Lying",
        "hoso.access.identity.Held",
        "hoso.access.model.AccountState",
        "hoso.access.model.Attempts",
        "hoso.access.model.Wanted",
        "hoso.personnel.model.Item",
        "hoso.retention.model.HoldAct",
        "hoso.records.model.Former",
        "hoso.records.model.Reason",
        "hoso.records.model.StatusEvent",
    }

    found = set()
    for database in (site.databases.main, site.databases.journal):
        for transaction in database.storage.iterator():
            for record in transaction:
                data = record.data or b""
                # Two pickles one behind the other: the class, the state.
                first = pickle_length(data)
                found |= _globals(data[:first]) | _globals(data[first:])

    ours = {name for name in found if name.startswith("hoso.")}
    assert ours - listed - values == set()
    assert ours & values


def pickle_length(data: bytes) -> int:
    import io

    stream = io.BytesIO(data)

    class Names(pickle.Unpickler):
        def find_class(self, module, name):
            return lambda *_: None

        def persistent_load(self, _reference):
            return None

    Names(stream).load()
    return stream.tell()


def test_a_document_record_stays_under_four_kilobytes(site, as_):
    """Every line as long as a form takes it, in Vietnamese prose, with five remarks."""
    from hoso.testing.things import a_dossier, a_filed_paper

    prose = "Quyết định về việc nâng bậc lương thường xuyên đối với viên chức năm 2024 " * 10
    longest = {
        "title": 500,
        "number": 20,
        "symbol": 60,
        "agency": 200,
        "signer": 100,
        "person": 100,
    }
    facts = {name: prose[:length] for name, length in longest.items()}
    remarks = tuple(Reason("note", "A remark: {what}", (("what", "x" * 40),)) for _ in range(5))
    with as_("officer") as desk:
        paper = a_filed_paper(desk, a_dossier(desk), **facts, notes=remarks)
        number = paper.id

    with site.databases.connection() as connection:
        paper = connection.root()["site"].by_id[number]
        record = connection._storage.load(paper._p_oid)[0]
        assert 1500 < len(record) < 4096
