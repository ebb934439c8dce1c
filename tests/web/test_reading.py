"""Reading: home, posts, places, ways of working."""

import re

from sqlalchemy import event
from sqlalchemy.orm import Session

from diary.domain.journal import show_change
from diary.domain.settings import put
from diary.models import Account, Lab, Post, Status
from tests.builders import NOW, a_lab, a_method, a_post
from tests.conftest import Browser


def test_a_diary_on_its_first_day_invites(client: Browser) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "<article" not in answer.text


def test_the_home_page_begins_with_the_chosen_post(
    db: Session, alice: Account, store, client: Browser
) -> None:
    first = a_post(db, alice, store=store, pictures=1, title="Den valda")
    a_post(db, alice, title="En nyare")
    put(db, {"chosen": str(first.uid)})
    db.commit()
    text = client.get("/").text
    assert text.index("Den valda") < text.index("En nyare")
    assert text.count('href="/posts/den-valda"') == 1


def test_the_stream_leads_to_every_post_once(db: Session, alice: Account, client: Browser) -> None:
    for number in range(45):
        a_post(db, alice, title=f"Nummer {number}")
    db.commit()
    seen: list[str] = []
    address: str | None = "/"
    while address:
        text = client.get(address).text
        seen += re.findall(r'href="/posts/([^"]+)"', text)
        older = re.search(
            r'<a[^>]*rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', text
        )
        address = (older[1] or older[2]).replace("&amp;", "&") if older else None
    assert len(seen) == 45
    assert len(set(seen)) == 45


def test_the_stream_goes_by_sequence_not_by_day(
    db: Session, alice: Account, client: Browser
) -> None:
    from datetime import date

    a_post(db, alice, title="Ny dag", dated=date(2020, 1, 1))
    a_post(db, alice, title="Gammal dag, sent skriven", dated=date(2018, 1, 1))
    db.commit()
    text = client.get("/").text
    assert text.index("Gammal dag, sent skriven") < text.index("Ny dag")


def test_the_home_page_takes_nine_queries_however_many_posts(
    db: Session, alice: Account, store, client: Browser
) -> None:
    counts = []
    for batch in (1, 30):
        for number in range(batch):
            a_post(db, alice, store=store, pictures=2, title=f"{batch} {number}")
        db.commit()
        counts.append(count_queries(client, "/"))
    assert counts[0] == counts[1] <= 9


def test_a_post_that_was_read_before_takes_one_query(
    db: Session, alice: Account, store, client: Browser
) -> None:
    a_method(db, "kor")
    for number in range(1, 10):
        a_post(db, alice, store=store, pictures=1, title=f"Dag {number}", methods=("kor",))
    db.commit()
    assert count_queries(client, "/posts/dag-5") > 1
    show_change(db, NOW, adds=True)  # what was made before is not kept any more
    db.commit()
    client.get("/posts/dag-1")
    assert count_queries(client, "/posts/dag-5") == 1


def count_queries(client: Browser, address: str) -> int:
    """How many SQL statements a page takes, without transactions' beginnings and the version:
    in tests the kept pages look for it at each request."""
    engine = client.application.extensions["diary"].sessions.kw["bind"]
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return sum(
        not statement.startswith("BEGIN") and "FROM state" not in statement
        for statement in statements
    )


def test_a_withdrawn_post_is_gone_and_an_unknown_one_was_never_there(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, Status.WITHDRAWN)
    db.commit()
    assert client.get(f"/posts/{post.slug}").status_code == 410
    assert client.get(f"/p/{post.short}").status_code == 410
    assert client.get("/posts/ingenting").status_code == 404
    assert client.get("/p/zzzzzz").status_code == 404


def test_the_short_address_leads_to_the_post(db: Session, alice: Account, client: Browser) -> None:
    post = a_post(db, alice)
    db.commit()
    answer = client.get(f"/p/{post.short}")
    assert (answer.status_code, answer.location) == (301, f"/posts/{post.slug}")


def test_a_post_has_its_place_in_the_journey(db: Session, alice: Account, client: Browser) -> None:
    from datetime import date

    for day, title in ((3, "Tredje"), (1, "Första"), (2, "Andra")):
        a_post(db, alice, title=title, dated=date(2019, 1, day))
    db.commit()
    text = client.get("/posts/andra").text
    assert re.search(r'rel="prev"[^>]*href="/posts/forsta"', text)
    assert re.search(r'rel="next"[^>]*href="/posts/tredje"', text)


def test_a_post_without_a_title_is_called_by_its_first_words(
    db: Session, alice: Account, client: Browser
) -> None:
    post = a_post(db, alice, title="", body="Idag kom grytan. Den var för liten.")
    db.commit()
    assert post.slug == "idag-kom-grytan"
    assert ">Idag kom grytan.</h1>" in client.get("/posts/idag-kom-grytan").text


def test_a_lab_shows_its_posts_and_only_its(db: Session, alice: Account, lab: Lab, client) -> None:
    a_lab(db, "portalen")
    a_post(db, alice, title="Här", lab="boden")
    a_post(db, alice, title="Där", lab="portalen")
    db.commit()
    text = client.get("/labs/boden").text
    assert "Här" in text
    assert "Där" not in text
    assert client.get("/labs/ingenstans").status_code == 404


def test_a_method_tells_where_it_was_tried(db: Session, alice: Account, lab: Lab, client) -> None:
    a_method(db, "kor", "Integrationskör")
    a_post(db, alice, lab="boden", methods=("kor",))
    db.commit()
    text = client.get("/methods/kor").text
    assert "Integrationskör" in text
    assert "/labs/boden" in text


def test_a_visitor_who_has_the_page_gets_304_until_something_changes(
    db: Session, alice: Account, client: Browser
) -> None:
    first = client.get("/")
    tag = first.headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    a_post(db, alice)
    db.commit()
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_pages_are_compressed_for_visitors(client: Browser) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_author_page_exists_only_for_who_asked(
    db: Session, alice: Account, client: Browser
) -> None:
    post: Post = a_post(db, alice)
    db.commit()
    assert client.get("/authors/alice").status_code == 404
    from diary.models import Byline

    byline = db.query(Byline).filter_by(revision_id=post.live_id).one()
    byline.person.slug = "amal"
    db.commit()
    text = client.get("/authors/amal").text
    assert "noindex" in text
    assert post.slug is not None
    assert post.slug in text


def test_the_first_post_of_a_place_leads_to_others_than_the_next(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    from datetime import date

    for day in (1, 2, 3, 4):
        a_post(db, alice, title=f"Dag {day}", dated=date(2019, 1, day), lab="boden")
    db.commit()
    more = client.get("/posts/dag-1").text.split('class="more-from"')[1]
    assert re.findall(r'href="/posts/(dag-\d)"', more) == ["dag-3", "dag-4"]
