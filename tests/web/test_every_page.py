"""Every page answers everybody who may see it, whatever lies in the diary."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Status
from tests.builders import WAYS, a_method, a_post
from tests.web.test_guards import ARGUMENTS, rules


@pytest.fixture
def filled(db: Session, lea: Account, alice: Account, lab: Lab, store) -> dict[str, Any]:
    """Posts in every status, the lead's and Alice's; what stands in their addresses."""
    a_method(db, "kor")
    about: dict[str, Any] = {"lab": "boden", "methods": ("kor",)}
    posts = [
        a_post(db, owner, status, store=store, pictures=1, **about)
        for owner in (alice, lea)
        for status in WAYS
    ]
    db.commit()
    slug = next(post.slug for post in posts if post.status is Status.PUBLISHED)
    own = {"slug": slug or "", "month": 5, "post_id": posts[-1].id}
    return {**ARGUMENTS, **own}


def test_every_page_answers_every_role(
    app: Flask, db: Session, filled: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    adapter = app.url_map.bind("localhost")
    slugs = {"lab": "boden", "method": "kor"}
    for who in ("client", "as_author", "as_coordinator", "as_lead"):
        browser = request.getfixturevalue(who)
        for rule in rules(app):
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            named = {name: filled.get(name, "x") for name in rule.arguments}
            kind = rule.endpoint.partition(".")[2].removesuffix("_feed")
            if kind in slugs:
                named["slug"] = slugs[kind]
            answer = browser.get(adapter.build(rule.endpoint, named))
            assert answer.status_code < 500, (who, rule.rule)
        asked = "?lab=boden&method=kor&kind=resident"
        for address in ("/archive", "/archive/2019/05", f"/posts/{filled['slug']}"):
            assert browser.get(f"{address}{asked}").status_code == 200
