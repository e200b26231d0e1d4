"""Of a hold on a paper somebody may not see he learns that there is one, and not why or whose."""

from __future__ import annotations

import pytest

from hoso.desk import holding, keeping
from hoso.kernel import ids
from hoso.kernel.errors import Missing
from hoso.retention.explaining import lines
from hoso.testing.things import a_dossier, a_filed_paper

REASON, AUTHORITY = "Vụ án mật số 7", "Cơ quan An ninh điều tra"


@pytest.fixture
def held(as_):
    with as_("head") as desk:
        dossier = a_dossier(desk)
        paper = a_filed_paper(desk, dossier, words="Mật", level=2)
        dossier_code = dossier.code
    with as_("archivist") as desk:
        desk.root["accounts"].by_login["archivist"].clearance = 4
        desk.root["accounts"].by_login["clerk"].clearance = 1
    with as_("archivist") as desk:
        paper = next(iter(desk.find(dossier_code).values()))
        hold = holding.place_hold(desk, paper, reason=REASON, authority=AUTHORITY)
        return dossier_code, ids.to_text(hold.id)


def test_a_hold_on_a_hidden_paper_is_said_of_its_dossier_without_its_words(as_, held):
    code, uid = held
    with as_("clerk") as desk:
        dossier = desk.find(code)
        with pytest.raises(Missing):
            holding.look(desk, desk.site, hold=uid)
        view = keeping.keeping_of(desk, dossier)
        said = keeping.why(desk, dossier, on=desk.today)
        told = f"{view.holds} {view.decision} {list(lines(said.explanation))} {said.holds}"
    assert view.holds
    assert REASON not in told
    assert AUTHORITY not in told
    with as_("archivist") as desk:
        assert keeping.keeping_of(desk, desk.find(code)).holds[0].reason == REASON
