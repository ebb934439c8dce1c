"""Whatever is changed in looking after the diary stands in the journal."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.content import BylineContent
from diary.media.storage import Storage
from diary.models import Account, Event, Lab, Person, Picture, begin_writing
from diary.web.guards import Access, access_of
from tests.builders import NOW, a_lab, a_method, a_post, an_account
from tests.conftest import Browser, a_device
from tests.web.test_guards import rules

ROOMS = {"admin", "cards", "devices", "question"}
"""The blueprints in which moderators and the lead look after the diary."""

FORMS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "admin.places": ("/places", {"name": "Norr"}, ["save_lab"]),
    "admin.place": ("/places/boden", {"name": "Norr"}, ["save_lab"]),
    "admin.place_address": ("/places/boden/address", {"address": "norr"}, ["rename"]),
    "admin.place_pictures": (
        "/places/boden/pictures",
        {"deed": "add", "picture": "{picture}"},
        ["choose_pictures"],
    ),
    "admin.way_pictures": (
        "/ways/kor/pictures",
        {"deed": "add", "picture": "{picture}"},
        ["choose_pictures"],
    ),
    "admin.ways": ("/ways", {"name": "Sång"}, ["save_method"]),
    "admin.way": ("/ways/kor", {"name": "Sång"}, ["save_method"]),
    "admin.way_address": ("/ways/kor/address", {"address": "sang"}, ["rename"]),
    "admin.use_way": ("/ways/kor/use", {"use": "no"}, ["retire"]),
    "admin.name": ("/names/{amal}", {"name": "Amal L", "kind": "guest"}, ["save_person"]),
    "admin.page_address": ("/names/{amal}/address", {"address": "a"}, ["rename"]),
    "admin.split": ("/names/{amal}/split", {"name": "Amal", "post": "{post}"}, ["split"]),
    "admin.use_name": ("/names/{amal}/use", {"use": "no"}, ["archive"]),
    "admin.merge": ("/merge/lab", {"gone": "{lab}", "into": "{other}"}, ["merge"]),
    "admin.person": (
        "/people/{alice}",
        {"role": "coordinator", "labs": "boden", "trusted": "1", "open": "1"},
        ["trust", "grant"],
    ),
    "admin.grown_up": ("/people/{bea}/grown-up", {}, ["lift_minor"]),
    "admin.forget": ("/people/{bea}/forget", {}, ["forget"]),
    "admin.take_out_data": (
        "/people/data/take-out",
        {"name": "Amal", "trace": "person-{amal}"},
        ["take_out_data"],
    ),
    "admin.forget_data": (
        "/people/data/forget",
        {"name": "Amal", "trace": "person-{amal}"},
        ["forget_person"],
    ),
    "admin.closing": (
        "/overview/closing",
        {"do": "end", "name": "Dagboken", "anyway": "1"},
        ["end_journey"],
    ),
    "admin.settings": ("/settings", {"title": "Vi", "main_language": "sv"}, ["change_settings"]),
    "admin.page": ("/settings/pages/about/sv", {"body": "Hej"}, ["write_page"]),
    "admin.invitations": (
        "/invitations",
        {"role": "author", "kind": "resident", "uses": "1", "days": "14", "labs": "boden"},
        ["invite"],
    ),
    "admin.revoke": ("/invitations/{invitation}/revoke", {}, ["revoke_invitation"]),
    "cards.renew": ("/cards/{alice}", {}, ["issue_card"]),
    "cards.sheet": ("/cards/sheet", {"who": "{alice}"}, ["issue_card"]),
    "devices.share": (
        "/devices",
        {"lab": "boden", "name": "Surfplattan"},
        ["revoke_device", "share_device"],
    ),
    "devices.revoke": ("/devices/{device}/revoke", {}, ["revoke_device"]),
    "question.ask": ("/question", {"question-boden-sv": "Vem hjälpte dig?"}, ["ask_question"]),
}
"""A change at each address that takes one, and the deeds it is told as."""
ASKS = {"admin.people_data", "admin.report_data", "admin.names", "admin.merge_names"}
"""Sent as forms so that no name stands in an address; they change nothing."""


@pytest.fixture
def ids(
    app: Flask, db: Session, alice: Account, lab: Lab, as_lead: Browser, store: Storage
) -> dict[str, object]:
    """What there is to look after, by the names that FORMS have for it."""
    sent = FORMS["admin.invitations"]
    as_lead.post(sent[0], data=sent[1])
    begin_writing(db)
    a_method(db, "kor")
    bea = an_account(db, "bea")
    bea.person.minor, bea.forget_asked_at, bea.person.lab_id = True, NOW, lab.id
    post = a_post(db, alice, bylines=(BylineContent("Amal"),))
    amal = db.scalars(select(Person).where(Person.name == "Amal")).one()
    amal.slug = "amal"
    other = a_lab(db, "lina")
    seen = a_post(db, alice, lab="boden", methods=("kor",), store=store, pictures=1)
    picture = db.scalars(select(Picture.token).where(Picture.post_id == seen.id)).one()
    db.commit()
    found = {"alice": alice.id, "bea": bea.id, "amal": amal.id, "post": post.id, "lab": lab.id}
    more = {"picture": picture, "invitation": 1, "device": a_device(app, alice)}
    return {**found, "other": other.id, **more}


def test_every_form_is_on_the_list(app: Flask) -> None:
    with app.app_context():
        writes = {
            rule.endpoint
            for rule in rules(app)
            if "POST" in (rule.methods or ())
            and rule.endpoint.partition(".")[0] in ROOMS
            and access_of(rule.endpoint) in {Access.MODERATOR, Access.LEAD}
        } - ASKS
    assert writes == set(FORMS)


@pytest.mark.parametrize("endpoint", FORMS)
def test_each_change_is_journaled(
    db: Session, lea: Account, as_lead: Browser, ids: dict[str, object], endpoint: str
) -> None:
    address, form, deeds = FORMS[endpoint]
    db.rollback()
    before = db.scalars(select(Event.id).order_by(Event.id.desc())).first() or 0
    db.rollback()
    data = {name: value.format(**ids) for name, value in form.items()}
    with as_lead.post(address.format(**ids), data=data) as answer:
        assert answer.status_code < 400, address
    db.rollback()
    told = db.execute(select(Event.action, Event.actor_id).where(Event.id > before)).all()
    assert [action for action, _ in told] == deeds
    assert {by for _, by in told} == {lea.id}
