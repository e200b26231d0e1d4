"""A paper or dossier of a kind that the list has no more is kept: nobody knows how long."""

from __future__ import annotations

import pytest

from hoso.desk import disposing, disposing_sweep, keeping
from hoso.kernel.errors import Invalid
from hoso.testing.disposals import a_due_dossier


@pytest.mark.parametrize("kind", ["a-kind-of-before", ""])
def test_a_paper_of_an_undeclared_kind_makes_its_dossier_unknown_and_no_candidate(as_, kind):
    with as_("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1")
        assert keeping.decision_of(desk.root, desk.rulebook, dossier, on=desk.today).state == "due"
        next(iter(dossier.values())).type = kind
        keeping.reschedule(desk.house, desk.root, next(iter(dossier.values())))

        decision = keeping.decision_of(desk.root, desk.rulebook, dossier, on=desk.today)

        assert (decision.state, decision.due) == ("unknown", None)
        assert [fault.facts["name"] for fault in decision.faults] == [kind or "?"]
        listed = keeping.listed(desk, desk.site, which="no-rule", on=desk.today)
        assert "H-1" in {line.dossier.code for line in listed}
        assert disposing_sweep.candidates(desk, dossier.unit) == []
        with pytest.raises(Invalid):
            disposing.propose(
                desk, dossier.unit, codes=["H-1"], title="Hết hạn", explanation="Rà soát"
            )


def test_a_dossier_of_an_undeclared_kind_is_unknown_and_stops_no_list(as_):
    with as_("archivist") as desk:
        dossier = a_due_dossier(desk, "H-1")
        a_due_dossier(desk, "H-2")
        dossier.type = "a-kind-of-before"
        keeping.reschedule(desk.house, desk.root, dossier)

        decision = keeping.decision_of(desk.root, desk.rulebook, dossier, on=desk.today)

        assert (decision.state, decision.due) == ("unknown", None)
        found = disposing_sweep.candidates(desk, dossier.unit)
        assert [one.code for one in found] == ["H-2"]
