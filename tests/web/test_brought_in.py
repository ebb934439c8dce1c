"""What moderators are told of a post from elsewhere, and what readers are told of a stub."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from diary.domain.content import Content
from diary.domain.fitting import Help
from diary.domain.importing import bring_in, let_out
from diary.domain.incoming import Author, Comment, Incoming, Standing
from diary.domain.reconstruction import Level, Trace, to_json
from diary.models import Account, Origin, Post
from tests.builders import NOW, a_post
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
BODY = "Där stod Exempla Testberg med Testa Provsson."
ONE = Trace(page="a.txt", level=Level.FULL, title="En tratt", role="trattvakt")
ITEM = Incoming(
    key="pages/1",
    world="pages",
    content=Content(dated=date(2019, 5, 17), title="En tratt", body=BODY),
    authors=(Author(name="Testa Provsson"),),
    tags=("Nyheter",),
    comments=(Comment(name="En läsare", words="<b>Fint!</b>", at=NOW),),
    standing=Standing.DRAFT,
    evidence=to_json([ONE, Trace(page="b.txt", level=Level.TITLE, title="En tratt", role="vakt")]),
)  # fmt: skip


def brought_in(db: Session, item: Incoming) -> Post:
    post = db.get_one(Post, bring_in(db, item, NOW, Help()).post_id)
    db.commit()
    return post


def test_moderators_see_who_is_named_how_it_stood_and_what_was_said_there(
    db: Session, as_lead: Browser
) -> None:
    post = brought_in(db, ITEM)
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    page = page.replace("<bdi>", "").replace("</bdi>", "")
    assert "It was a draft there, not public." in page
    assert "May be named in the text: Exempla Testberg." in page
    assert "Tags that found no place here: Nyheter" in page
    assert "1 comment from there" in page
    assert "&lt;b&gt;Fint!&lt;/b&gt;" in page
    assert "trattvakt" in page
    assert "b.txt" in page


def test_of_a_post_written_here_nothing_is_said(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    post = a_post(db, alice, body="Där stod Exempla Testberg.")
    db.commit()
    assert "brought-in" not in as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text


@pytest.mark.parametrize(
    ("origin", "body", "says"),
    [
        (Origin.TEASER, "Början …", "Only the beginning of this post has been found."),
        (Origin.TITLE, "", "Only facts about this post are kept here, not its text."),
    ],
)
def test_a_stub_says_so_to_its_readers(
    db: Session, client: Browser, origin: Origin, body: str, says: str
) -> None:
    content = Content(dated=date(2019, 5, 17), title="En tratt", body=body)
    post = brought_in(db, Incoming(key="pages/2", world="pages", content=content, origin=origin))
    let_out(db, post.id, NOW)
    db.commit()
    assert says in client.get(f"/posts/{post.slug}", headers=ENGLISH).text
