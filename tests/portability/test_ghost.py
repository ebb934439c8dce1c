"""Ghost's export: which posts, and how they stood."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from diary.domain.incoming import Incoming, LeftOut, NotReadable, Standing
from diary.portability.ghost import read
from tests.portability.test_ghost_words import lexical_document, words

SHARED = Path(__file__).parents[3] / "shared/testdata/exports/ghost-6.65.json"


def post(key: str, **fields: Any) -> dict[str, Any]:
    """A row of the table of posts, as a published one."""
    row = {"id": key, "title": key, "slug": key, "type": "post", "status": "published"}
    said = {"visibility": "public", "published_at": "2019-03-01 23:30:00", "html": "<p>Ord</p>"}
    return {**row, **said, **fields}


def exported(tmp_path: Path, *posts: dict[str, Any], **tables: Any) -> list[Incoming | LeftOut]:
    """What is read of an export with these posts."""
    data = {"posts": posts, "settings": [{"key": "title", "value": "Dagboken"}], **tables}
    file = tmp_path / "ghost.json"
    file.write_text(json.dumps({"db": [{"meta": {}, "data": data}]}), "utf-8")
    batch = read(file, "sv")
    return [*batch.found]


def test_a_post_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    (found,) = exported(
        tmp_path,
        post(
            "p1",
            lexical=lexical_document({"type": "paragraph", "children": [words("Vi sjöng")]}),
            custom_excerpt="Kort sagt",
            feature_image="__GHOST_URL__/content/images/kör.jpg",
        ),
        posts_meta=[
            {
                "post_id": "p1",
                "feature_image_alt": "En kör",
                "feature_image_caption": "Foto: <b>Amal</b>",
            }
        ],
        users=[
            {"id": "u1", "name": "Amal", "slug": "amal"},
            {"id": "u2", "name": "P", "slug": "p"},
        ],
        posts_authors=[
            {"post_id": "p1", "author_id": "u2", "sort_order": 1},
            {"post_id": "p1", "author_id": "u1", "sort_order": 0},
        ],
        tags=[
            {"id": "t1", "name": "Kör"},
            {"id": "t2", "name": "#import", "visibility": "internal"},
        ],
        posts_tags=[
            {"post_id": "p1", "tag_id": "t1", "sort_order": 0},
            {"post_id": "p1", "tag_id": "t2", "sort_order": 1},
        ],
        settings=[
            {"key": "title", "value": "Dagboken"},
            {"key": "timezone", "value": "Europe/Stockholm"},
        ],
    )
    assert isinstance(found, Incoming)
    assert found.key == "ghost/dagboken/p1"
    assert found.content.body == "Kort sagt\n\nVi sjöng"
    assert found.content.dated == date(2019, 3, 2), "by the site's own clock"
    assert found.published_at == datetime(2019, 3, 1, 23, 30, tzinfo=UTC)
    assert [author.name for author in found.authors] == ["Amal", "P"]
    assert found.tags == ("Kör",)
    (picture,) = found.pictures
    assert (picture.source, picture.alt) == ("/content/images/kör.jpg", "En kör")
    assert (picture.caption, picture.credit) == ("", "Amal")
    assert found.addresses == ("/p1/",)


def test_only_what_everybody_could_read_is_out(tmp_path: Path) -> None:
    found = exported(
        tmp_path,
        post("out", slug="o/u\0t"),
        post("draft", status="draft", published_at=None, created_at="2019-03-01 10:00:00"),
        post("later", status="scheduled"),
        post("mail", status="sent"),
        post("members", visibility="members"),
        post("odd", status="something"),
        post("about", type="page"),
        post("contact", page=True),  # before 3.0
    )
    assert {one.slug: one.standing for one in found if isinstance(one, Incoming)} == {
        "o-u-t": Standing.OUT,
        "draft": Standing.DRAFT,
        "later": Standing.SCHEDULED,
        "mail": Standing.CLOSED,
        "members": Standing.CLOSED,
        "odd": Standing.CLOSED,
    }


def test_a_damaged_document_gives_way_to_its_html(tmp_path: Path) -> None:
    whole, lost = exported(
        tmp_path, post("whole", lexical="{"), post("lost", lexical="{", html=None)
    )
    assert isinstance(whole, Incoming)
    assert whole.content.body == "Ord"
    assert isinstance(lost, LeftOut)


def test_an_old_export_names_one_author_and_milliseconds(tmp_path: Path) -> None:
    (found,) = exported(
        tmp_path,
        post("old", author_id=1, published_at=1551438000000, html="<p>Hej</p>"),
        users=[{"id": 1, "name": "Petra", "slug": "petra"}],
    )
    assert isinstance(found, Incoming)
    assert found.authors[0].name == "Petra"
    assert found.content.dated == date(2019, 3, 1)


@pytest.mark.parametrize(
    ("wrong", "tables"),
    [
        ({"id": None, "slug": 7, "title": {}}, {"tags": [{"id": 1}], "posts_tags": []}),
        ({"id": "p"}, {"tags": [{"id": 1}], "posts_tags": [{"post_id": "p", "tag_id": 1}]}),
        ({"html": 3, "feature_image": ["x"], "canonical_url": {}}, {}),
    ],
)
def test_one_that_is_not_as_ghost_writes_it_stops_no_other(
    tmp_path: Path, wrong: dict[str, Any], tables: dict[str, Any]
) -> None:
    found = exported(tmp_path, post("k", **wrong), post("whole"), **tables)
    assert len(found) == 2
    assert isinstance(found[1], Incoming)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"db": []}', "<rss/>", '{"db": [{"data": 3}]}',
             '{"data": {"posts": [], "settings": 3}}', '{"data": {"posts": [3]}}'],
)  # fmt: skip
def test_another_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, "utf-8")
    with pytest.raises(NotReadable, match="no export of Ghost"):
        read(file, "sv")


@pytest.mark.skipif(not SHARED.exists(), reason="The real export lies beside the project.")
def test_a_real_export_is_read_whole() -> None:
    batch = read(SHARED, "sv")
    found = [one for one in batch.found if isinstance(one, Incoming)]
    assert len(found) == batch.total == 176
    assert {name: [*lines] for name, lines in batch.notes()} == {"Not brought in": ["1 pages"]}
    assert len({author.key for one in found for author in one.authors}) == 12
    assert Counter(len(one.pictures) for one in found) == {1: 67, 2: 81, 3: 28}
    assert all("## " in one.content.body and "<" not in one.content.body for one in found)
