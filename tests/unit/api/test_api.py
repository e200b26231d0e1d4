"""plone.api's names over the desk.

What plone.api does is taken from its documentation (https://6.docs.plone.org/plone.api/):
each test names the promise it holds this facade to, or the difference its docstring states.
"""

from __future__ import annotations

import inspect

import pytest

from hoso import api
from hoso.kernel.errors import Forbidden, Invalid
from hoso.testing.things import bytes_of

PDF = bytes_of("Quyết định số 15/QĐ-M")


@pytest.fixture
def script(site):
    """``with script("officer"):`` is a script's block under that account."""
    return lambda who="": api.env.at_site(site, username=who)


def a_dossier(code="T-0100", name="Lê Thị Mẫu"):
    return api.content.create(
        container=api.content.get(path="/units/goc/nhanh"),
        type="CC",
        id=code,
        title=name,
        birth_date="1980-05",
    )


def a_paper(dossier, file=PDF, **facts):
    return api.content.create(
        container=dossier, type="D05", title="Về việc nâng bậc lương", file=file, **facts
    )


def test_without_an_open_site_every_function_says_how_to_open_one():
    with pytest.raises(api.exc.CannotGetPortalError, match="open_site"):
        api.portal.get()


def test_errors_hang_under_one_class_as_in_plone_api():
    named = {"MissingParameterError", "InvalidParameterError", "CannotGetPortalError"}

    assert all(issubclass(getattr(api.exc, n), api.exc.PloneApiError) for n in named)


# plone.api 2.x, signatures as documented; ours may leave arguments out but not rename them.
PLONE = {
    "content.create": ("container", "type", "id", "title", "safe_id", "kwargs"),
    "content.get": ("path", "UID"),
    "content.find": ("context", "depth", "unrestricted", "kwargs"),
    "content.get_state": ("obj", "default"),
    "content.get_uuid": ("obj",),
    "content.get_path": ("obj", "relative_to_portal"),
    "content.transition": ("obj", "transition", "to_state", "kwargs"),
    "user.get": ("userid", "username"),
    "user.get_current": (),
    "user.get_roles": ("username", "user", "obj", "inherit"),
    "user.has_permission": ("permission", "username", "user", "obj"),
    "user.is_anonymous": (),
    "portal.get": (),
    "portal.get_registry_record": ("name", "interface", "default"),
    "env.adopt_user": ("username", "user"),
}
# A keyword plone passes through **kwargs, named here.
OURS = {"content.transition": {"comment"}}


@pytest.mark.parametrize("name", PLONE)
def test_arguments_have_the_names_and_the_order_of_plone_api(name):
    module, function = name.split(".")

    ours = [*inspect.signature(getattr(getattr(api, module), function)).parameters]

    kept = [one for one in ours if one not in OURS.get(name, ())]
    assert kept == [one for one in PLONE[name] if one in kept]


def test_a_dossier_is_made_in_a_unit_and_found_by_path_and_uid(script):
    with script("officer"):
        made = a_dossier()
        path, uid = api.content.get_path(obj=made), api.content.get_uuid(obj=made)

    with script("officer"):
        assert path == "/dossiers/T-0100"
        assert api.content.get(path=path).name == "Lê Thị Mẫu"
        assert api.content.get(UID=uid).code == "T-0100"
        assert api.content.get(path="/dossiers/T-9999") is None


def test_path_and_uid_together_or_neither_is_a_missing_parameter(script):
    with script("officer"), pytest.raises(api.exc.MissingParameterError):
        api.content.get()


def test_what_one_may_not_see_is_not_there(script):
    with script("nobody"):
        assert api.content.get(path="/dossiers/T-0001") is None


def test_a_type_the_container_does_not_take_is_told_with_those_it_takes(script):
    with script("officer"), pytest.raises(api.exc.InvalidParameterError, match="CC"):
        api.content.create(
            container=api.content.get(path="/units/goc"), type="Folder", id="x", title="x"
        )


def test_a_paper_made_in_a_dossier_is_filed_with_its_original(script, tmp_path):
    with script("officer"):
        paper = a_paper(a_dossier(), number="15", symbol="QĐ-M", date="2026-02-03")

        assert api.content.get_state(obj=paper) == "filed"
        assert paper.sha256
        assert paper.size == len(PDF)
        assert api.content.get_path(obj=paper) == f"/dossiers/T-0100/{paper.uid}"


def test_a_file_may_be_bytes_a_path_or_a_stream(script, tmp_path):
    path = tmp_path / "quyết định.pdf"
    path.write_bytes(bytes_of("two"))
    with script("officer"):
        dossier = a_dossier()

        papers = [a_paper(dossier, file=PDF), a_paper(dossier, file=path)]
        with path.open("wb+") as stream:
            stream.write(bytes_of("three"))
            stream.seek(0)
            papers.append(a_paper(dossier, file=stream))

        assert [p.given_name.decode() for p in papers] == ["", "quyết định.pdf", ""]
        assert len({p.sha256 for p in papers}) == 3


def test_the_same_bytes_twice_are_refused_and_leave_one_paper(script):
    with script("officer"):
        dossier = a_dossier()
        a_paper(dossier)

        with pytest.raises(api.exc.InvalidParameterError, match="here already"):
            a_paper(dossier)

        assert len(api.content.find(context=dossier)) == 1


def test_an_act_that_fails_halfway_leaves_nothing_and_the_script_goes_on(script, site):
    """The paper is received, then filing finds no subject: neither stays."""
    with script("officer"):
        dossier = a_dossier()
        with pytest.raises(Invalid, match="subject"):
            api.content.create(container=dossier, type="D05", title="", file=PDF)

    with script("officer"):
        assert api.content.get(path="/dossiers/T-0100") is not None
        assert [*api.portal.get().tray] == []
        assert [path for path in site.spool.glob("*") if path.is_file()] == []


def test_an_error_that_leaves_the_block_undoes_it_all(script):
    def broken():
        with script("officer"):
            a_dossier()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()

    with script("officer"):
        assert api.content.get(path="/dossiers/T-0100") is None


def test_a_deed_is_journalled_once_with_its_channel(script, entries):
    with script("officer"):
        a_dossier()

    (entry,) = entries("dossier.opened")
    assert (entry.actor, entry.outcome, entry.details["via"]) == ("officer", "done", "api")


def test_a_refusal_that_leaves_the_script_is_journalled_once(script, entries):
    def refused():
        with script("auditor"):
            a_dossier()

    with pytest.raises(Forbidden):
        refused()

    (entry,) = entries("dossier.opened")
    assert (entry.actor, entry.outcome) == ("auditor", "refused")


def test_a_refusal_that_the_script_catches_is_journalled_once_too(script, entries):
    with script("auditor"), pytest.raises(Forbidden):
        a_dossier()

    (entry,) = entries("dossier.opened")
    assert (entry.actor, entry.outcome) == ("auditor", "refused")


def test_find_without_a_question_finds_nothing_as_plone_api_does(script):
    with script("officer"):
        assert api.content.find() == []


def test_find_by_type_name_and_words(script):
    with script("officer"):
        a_paper(a_dossier(), number="15", symbol="QĐ-M")

    with script("officer"):
        by_type = api.content.find(portal_type="CC")
        by_name = api.content.find(Title="le thi mau")
        by_words = api.content.find(SearchableText="nang bac luong")
        papers = api.content.find(portal_type=["D05"])

    assert sorted(brain.id for brain in by_type) == ["T-0001", "T-0100"]
    assert [brain.id for brain in by_name] == ["T-0100"]
    assert [brain.Title for brain in by_words] == ["Về việc nâng bậc lương"]
    assert [brain.UID for brain in papers] == [brain.UID for brain in by_words]


def test_find_in_a_unit_covers_what_is_below_it_and_nothing_beside(script):
    with script("officer"):
        a_paper(a_dossier())

    with script("officer"):
        top, beside = (api.content.get(path=f"/units/goc{rest}") for rest in ("", "/ben"))

        assert {b.id for b in api.content.find(context=top, portal_type="CC")} == {
            "T-0001",
            "T-0100",
        }
        assert len(api.content.find(context=top, portal_type="D05")) == 1
        assert api.content.find(context=beside) == []


def test_find_in_a_dossier_sees_what_was_made_a_moment_ago(script):
    with script("officer"):
        dossier = a_dossier()
        paper = a_paper(dossier)

        (brain,) = api.content.find(context=dossier)

        assert brain.getObject() is paper
        assert brain.getPath() == api.content.get_path(obj=paper)
        assert (brain.portal_type, brain.review_state) == ("D05", "filed")
        assert api.content.find(context=dossier, portal_type="A01") == []


def test_find_takes_no_way_round_permission(script):
    with script("officer"), pytest.raises(api.exc.InvalidParameterError, match="unrestricted"):
        api.content.find(portal_type="CC", unrestricted=True)


def test_find_stops_at_sort_limit(script):
    with script("officer"):
        for number in range(3):
            a_dossier(code=f"T-020{number}")

    with script("officer"):
        assert len(api.content.find(portal_type="CC", sort_limit=2)) == 2


def test_a_withdrawal_needs_its_reason_and_says_the_steps_there_are(script):
    with script("officer"):
        paper = a_paper(a_dossier())

        with pytest.raises(Invalid, match="why"):
            api.content.transition(obj=paper, transition="withdraw")
        with pytest.raises(api.exc.InvalidParameterError, match="withdraw"):
            api.content.transition(obj=paper, transition="publish")
        api.content.transition(obj=paper, to_state="withdrawn", comment="Ban hành nhầm")

        assert api.content.get_state(obj=paper) == "withdrawn"


def test_a_dossier_is_closed_by_its_transition(script):
    with script("officer"):
        dossier = a_dossier()

        api.content.transition(obj=dossier, transition="close", ended="31/12/2025")

        assert (dossier.state, dossier.ended) == ("closed", "2025-12-31")


def test_a_paper_in_the_tray_is_set_aside_and_released(script):
    with script("officer"):
        unit = api.content.get(path="/units/goc/nhanh")
        paper = api.content.create(
            container=unit, type="File", file=PDF, filename="mẫu.pdf", title="mẫu"
        )

        api.content.transition(obj=paper, transition="quarantine", comment="Thiếu trang")
        assert api.content.get_state(obj=paper) == "quarantined"
        api.content.transition(obj=paper, to_state="received", comment="Đã đủ trang")
        assert api.content.get_state(obj=paper) == "received"


def test_a_unit_has_no_state_unless_a_default_is_given(script):
    with script("officer"):
        unit = api.content.get(path="/units/goc")

        assert api.content.get_state(obj=unit, default=None) is None
        with pytest.raises(api.exc.InvalidParameterError):
            api.content.get_state(obj=unit)


def test_the_current_user_is_who_the_block_names(script):
    with script("officer"):
        assert api.user.get_current().login == "officer"
        assert api.user.get_roles() == ["records-officer"]
        assert not api.user.is_anonymous()
    with script():
        assert api.user.get_current().login == "machine:operator"


def test_an_employee_is_the_subject_of_the_own_dossier(script):
    with script("employee"):
        assert api.user.get_roles() == ["subject"]
        own = api.content.get(path="/dossiers/T-0001")
        assert api.user.has_permission("dossier:view", obj=own)
        assert not api.user.has_permission("dossier:edit", obj=own)


def test_other_accounts_are_seen_by_who_administers_them_only(script):
    with script("admin"):
        assert api.user.get(username="clerk").name == "Cán Mẫu"
        assert api.user.get(userid="absent") is None
    with script("clerk"):
        assert api.user.get(username="officer") is None
        with pytest.raises(api.exc.UserNotFoundError):
            api.user.has_permission("dossier:list", username="officer")


def test_an_unknown_permission_is_told_with_those_there_are(script):
    with script("clerk"), pytest.raises(api.exc.InvalidParameterError, match="dossier:list"):
        api.user.has_permission("View")


def test_adopting_changes_who_acts_and_the_journal_says_who_adopted(script, entries):
    with script():
        with api.env.adopt_user(username="officer"):
            assert api.user.get_current().login == "officer"
            a_dossier()
        assert api.user.get_current().login == "machine:operator"

    (entry,) = entries("dossier.opened")
    assert entry.actor == "officer"
    assert entry.details["via"] == "api, adopted by machine:operator"


def test_an_account_that_is_shut_is_not_adopted(script, site):
    from hoso.access.accounts import accounts_of

    site.databases.attempt(
        lambda c: setattr(accounts_of(c.root()).by_login["clerk"], "locked", "Nghỉ việc")
    )
    with script(), pytest.raises(Forbidden), api.env.adopt_user(username="clerk"):
        pass


def test_settings_of_the_profile_are_the_registry(script, site):
    wanted = site.rulebook.profile.settings["accounts"]["first_password_days"]
    with script("officer"):
        assert api.portal.get_registry_record("accounts.first_password_days") == wanted
        assert api.portal.get_registry_record("accounts.absent", default=7) == 7
        with pytest.raises(api.exc.InvalidParameterError, match="first_password_days"):
            api.portal.get_registry_record(name="accounts.absent")


def test_open_site_opens_the_folder_works_and_gives_it_back(script, site):
    with script("officer"):
        a_dossier()
    site.close()

    for _ in range(2):
        with api.env.open_site(site.path, username="officer") as root:
            assert root is api.portal.get()
            assert api.content.get(path="/dossiers/T-0100").name == "Lê Thị Mẫu"
