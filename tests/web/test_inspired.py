"""A post that says which other gave the idea: writing it, reading it, moderating it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import short_path
from diary.domain.content import from_json
from diary.models import Account, Post, Status, WorkingCopy
from tests.builders import a_lab, a_method, a_post
from tests.conftest import Browser
from tests.web.filling_in import send


@pytest.fixture
def first(db: Session, bob: Account) -> Post:
    lab, way = a_lab(db, "norrkoping"), a_method(db)
    post = a_post(db, bob, title="Kören <b>sjunger</b>", lab=lab.slug, methods=(way.slug,))
    db.commit()
    return post


def kept(db: Session) -> str:
    db.rollback()
    return from_json(db.scalars(select(WorkingCopy)).one().content).inspired_by


def test_it_is_chosen_from_the_newest_or_pasted(
    db: Session, as_author: Browser, first: Post
) -> None:
    page = as_author.get("/write").text
    assert f'<option value="{short_path(first.short)}">Kören &lt;b&gt;sjunger' in page
    send(as_author, inspired_by="", inspired_at=f"https://dagbok.example/posts/{first.slug}")
    assert kept(db) == short_path(first.short)
    page = as_author.get(f"/write/{db.scalars(select(WorkingCopy.post_id)).one()}").text
    assert f'<option value="{short_path(first.short)}" selected>' in page


def test_what_leads_nowhere_stays_where_it_was_typed(db: Session, as_author: Browser) -> None:
    answer = send(as_author, inspired_by="", inspired_at="www.exempel.se/kören")
    assert answer.status_code == 422
    assert 'name="inspired_at" type="text" value="www.exempel.se/kören"' in answer.text
    assert "har den adressen" in answer.text or "has this address" in answer.text
    assert kept(db) == "www.exempel.se/kören"


def test_a_form_without_the_question_changes_nothing(
    db: Session, as_author: Browser, alice: Account, first: Post
) -> None:
    post = a_post(db, alice, Status.DRAFT, inspired_by=short_path(first.short))
    db.commit()
    send(as_author, f"/write/{post.id}", edition="0.1")
    assert kept(db) == short_path(first.short)


def test_both_posts_tell_of_each_other(
    db: Session, client: Browser, alice: Account, first: Post
) -> None:
    second = a_post(db, alice, title="Vi sjunger med", inspired_by=short_path(first.short))
    db.commit()
    page = client.get(f"/posts/{second.slug}").text
    assert f'href="/posts/{first.slug}"><bdi' in page
    assert "Kören &lt;b&gt;sjunger" in page
    assert f'href="/posts/{second.slug}"><bdi' in client.get(f"/posts/{first.slug}").text


def test_a_withdrawn_one_is_not_named(
    db: Session, client: Browser, alice: Account, first: Post
) -> None:
    second = a_post(db, alice, title="Vi sjunger med", inspired_by=short_path(first.short))
    first.status = Status.WITHDRAWN
    db.commit()
    assert f'href="/posts/{first.slug}"' not in client.get(f"/posts/{second.slug}").text


def test_a_moderator_sees_it_and_that_it_has_changed(
    db: Session, as_lead: Browser, alice: Account, first: Post
) -> None:
    post = a_post(db, alice, title="Vi sjunger med", inspired_by=short_path(first.short))
    db.commit()
    assert f'href="/posts/{first.slug}"' in as_lead.get(f"/moderation/{post.id}").text
