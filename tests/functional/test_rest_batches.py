"""A scanner's program declares a batch, hands its files in, and asks whether all is there."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from webtest import TestApp

from hoso.app.wsgi import application
from hoso.desk import keys
from hoso.rest.openapi import OPERATIONS, description
from hoso.rest.routes import ROUTES
from hoso.testing.passwords import PASSWORD
from hoso.testing.things import bytes_of


@pytest.fixture
def rest(site, as_):
    """A program that works for the archivist."""
    with as_("archivist") as desk:
        token = keys.issue_key(desk, label="máy quét", days=9, password=PASSWORD)
    app = TestApp(application(site))
    app.authorization = ("Bearer", token)
    return app


@pytest.fixture
def batch(rest):
    declared = {"unit": "nhanh", "sheets": 3, "box": "H-12"}
    return rest.post_json("/api/v1/batches", declared, status=201).json


def hand_in(rest, batch, words, *, name="a.pdf", status=201):
    return rest.post(
        f"{batch['files']}?name={name}",
        bytes_of(words),
        content_type="application/octet-stream",
        status=status,
    ).json


def test_a_batch_is_declared_and_listed(rest, batch):
    listed = rest.get("/api/v1/batches").json

    assert [one["number"] for one in listed["batches"]] == [batch["number"]]
    assert (batch["sheets"], batch["box"], batch["state"]) == (3, "H-12", "open")


def test_files_are_counted_once_however_often_they_are_sent(rest, batch):
    hand_in(rest, batch, "một")
    hand_in(rest, batch, "một", status=200)
    hand_in(rest, batch, "một", name="khac.pdf", status=200)
    hand_in(rest, batch, "hai", name="hai.pdf")

    tally = rest.get(batch["url"]).json["tally"]

    assert (tally["received"], tally["again"]) == (3, 1)
    assert tally["places"]["reading"]["files"] == 2
    assert tally["places"]["already-here"]["files"] == 1
    assert tally["unknown"] == 3


def test_every_file_is_told_with_its_digest(rest, batch):
    hand_in(rest, batch, "một")

    (arrival,) = rest.get(batch["url"]).json["arrivals"]

    assert arrival["sha256"] == hashlib.sha256(bytes_of("một")).hexdigest()
    assert (arrival["name"], arrival["source"], arrival["outcome"]) == ("a.pdf", "rest", "received")


def test_a_file_that_is_too_large_is_refused_and_still_counted(rest, batch, site):
    site.settings = dataclasses.replace(site.settings, upload_limit=10)

    hand_in(rest, batch, "quá lớn", status=422)

    told = rest.get(batch["url"]).json
    assert told["tally"]["places"]["refused"]["files"] == 1
    assert "larger than" in told["arrivals"][0]["reason"]


def test_a_batch_is_not_closed_while_papers_are_read(rest, batch):
    hand_in(rest, batch, "một")

    answer = rest.post_json(f"{batch['url']}/close", {}, status=422)

    assert [fault["field"] for fault in answer.json["faults"]] == ["because"]


def test_a_closed_batch_takes_no_more(rest, batch):
    rest.post_json(f"{batch['url']}/close", {"because": "Hộp trống, không có giấy tờ."})

    answer = rest.post(
        f"{batch['files']}?name=a.pdf", b"%PDF", content_type="application/pdf", status=422
    )

    assert answer.json["faults"][0]["field"] == "batch"


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"unit": "nhanh", "sheets": "ba", "dpi": 1}, {"sheets", "dpi"}),
        ({"sheets": 1}, {"unit"}),
        ({"unit": "nhanh", "weight": 3}, {"weight"}),
        (["unit"], {"body"}),
    ],
)
def test_all_faults_of_a_declaration_are_told_at_once(rest, sent, fields):
    answer = rest.post_json("/api/v1/batches", sent, status=422)

    assert {fault["field"] for fault in answer.json["faults"]} == fields


def test_a_unit_nobody_knows_is_not_found(rest):
    rest.post_json("/api/v1/batches", {"unit": "none"}, status=404)


def test_the_description_names_every_address_and_no_other(rest):
    told = rest.get("/api/v1/openapi.json").json

    assert set(told["paths"]) == {pattern for pattern, _factory in ROUTES.values()}
    assert told == description()


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: f"{each.method} {each.route}")
def test_every_operation_that_is_described_is_there(site, each):
    views = application(site).registry.introspector.get_category("views")

    found = [
        one["introspectable"]
        for one in views
        if one["introspectable"]["route_name"] == each.route
        and one["introspectable"]["request_methods"] in {each.method, (each.method,)}
    ]

    assert found


def test_a_batch_without_a_receipt_has_none(rest, batch):
    rest.get(f"{batch['url']}/receipt", status=404)
