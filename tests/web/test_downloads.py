"""What anybody may take along: the page, the files in parts, and nothing that was taken down."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from diary.domain import recall
from diary.domain.settings import put
from diary.models import Account, Picture, begin_writing
from diary.portability.downloads import MEDIA_TYPES, make
from diary.portability.source import Source
from tests.builders import a_post
from tests.conftest import Browser, Clock

ENGLISH = {"Accept-Language": "en"}
PAGE = "/archive/download"


@pytest.fixture
def made(db: Session, app: Flask, alice: Account, clock: Clock) -> Source:
    """A diary of one post with a picture, that was quiet long enough."""
    house = app.extensions["diary"]
    a_post(db, alice, pictures=1, store=house.store)
    db.commit()
    clock.pass_by(minutes=5)
    source = Source(house.sessions, house.store, "https://diary.example")
    assert make(source, clock)
    return source


def body(browser: Browser, name: str, **headers: str) -> bytes:
    with browser.get(f"{PAGE}/{name}", headers=headers) as answer:
        return answer.data


def test_an_empty_diary_has_the_page_too(client: Browser) -> None:
    answer = client.get(PAGE, headers=ENGLISH)
    assert answer.status_code == 200
    assert "Nothing is out yet." in answer.text
    assert "posts.csv" not in answer.text
    assert client.get(f"{PAGE}/posts.csv").status_code == 404


def test_the_page_offers_all_with_date_size_licence_and_how_to_cite(
    db: Session, client: Browser, made: Source
) -> None:
    put(db, {"title": "Grannarnas dagbok"})
    db.commit()
    text = client.get(PAGE, headers=ENGLISH).text
    for said in ("As the diary was on 7 February 2020.", "1 kB", "CC BY 4.0", "precision",
                 'href="https://creativecommons.org/licenses/by/4.0/"'):  # fmt: skip
        assert said in text, said
    assert '2019</bdi>. <span dir="ltr">http://localhost/</span> (7 February 2020)' in text
    for name in MEDIA_TYPES:
        assert f'href="{PAGE}/{name}"' in text


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_each_file_is_sent_whole_and_told_by_its_own_bytes(
    client: Browser, made: Source, name: str
) -> None:
    with client.get(f"{PAGE}/{name}") as answer:
        data, etag = answer.data, answer.headers["ETag"]
        assert answer.status_code == 200
        assert answer.mimetype == MEDIA_TYPES[name]
        assert answer.headers["Content-Length"] == str(len(data))
        assert answer.headers["Content-Disposition"].endswith(name.rpartition(".")[2])
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Accept-Ranges"] == "bytes"
    with client.get(f"{PAGE}/{name}", headers={"If-None-Match": etag}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")
    with client.head(f"{PAGE}/{name}") as answer:
        assert (answer.headers["Content-Length"], answer.data) == (str(len(data)), b"")


def test_a_part_is_sent_where_one_is_asked_for(
    client: Browser,
    made: Source,
) -> None:
    data = body(client, "posts.csv")
    assert body(client, "posts.csv", Range="bytes=0-9") == data[:10]
    assert body(client, "posts.csv", Range="bytes=30-") == data[30:]
    assert body(client, "posts.csv", Range="bytes=-7") == data[-7:]
    with client.get(f"{PAGE}/posts.csv", headers={"Range": "bytes=5-6"}) as answer:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes 5-6/{len(data)}"
    with client.get(f"{PAGE}/posts.csv", headers={"Range": f"bytes={len(data)}-"}) as answer:
        assert answer.status_code == 416
    old = {"Range": "bytes=5-6", "If-Range": '"old"'}
    with client.get(f"{PAGE}/posts.csv", headers=old) as answer:
        assert (answer.status_code, answer.data) == (200, data)


def test_what_was_taken_down_is_not_to_be_had_any_longer(
    db: Session, client: Browser, made: Source, clock: Clock
) -> None:
    begin_writing(db)
    recall.hide(db, db.query(Picture).all(), clock(), actor_id=None)
    db.commit()
    with client.get(f"{PAGE}/diary.zip", headers=ENGLISH) as answer:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "is being made." in answer.get_data(as_text=True)
    text = client.get(PAGE, headers=ENGLISH).text
    assert "is being made." in text
    assert "diary.zip" not in text


def test_other_names_are_not_found(client: Browser, made: Source) -> None:
    assert client.get(f"{PAGE}/diary.epub").status_code == 404


def test_excel_and_others_read_the_table(client: Browser, made: Source) -> None:
    data = body(client, "posts.csv")
    assert data.startswith("\ufeffuid,".encode())
    assert b"\r\n" in data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["title"] for row in rows] == ["Solen vill inte gå ner"]


def test_the_press_page_leads_there(client: Browser) -> None:
    assert f'href="{PAGE}"' in client.get("/press").text
