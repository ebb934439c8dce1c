"""`diary import` of what other programs write: posts with their pictures and places, once each."""

import json
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Post, RevisionMethod, ShownPicture, Status
from tests.builders import a_lab, a_method, a_photo
from tests.cli.test_import import bring_in, count, unlocked
from tests.portability import test_wxr as wxr
from tests.portability.test_feed import item, saved
from tests.portability.test_ghost import post

__all__ = ["unlocked"]


def an_export(tmp_path: Path) -> Path:
    """A public post with a picture and two tags, and a draft."""
    words = '<p>Vi sjöng.</p><img src="__GHOST_URL__/content/images/2019/kor.jpg" alt="En kör">'
    data = {
        "posts": [post("kor", html=words), post("utkast", status="draft")],
        "tags": [{"id": "1", "name": "Boden"}, {"id": "2", "name": "Sång"}],
        "posts_tags": [
            {"post_id": "kor", "tag_id": "1", "sort_order": 0},
            {"post_id": "kor", "tag_id": "2", "sort_order": 1},
        ],
    }
    file = tmp_path / "ghost.json"
    file.write_text(json.dumps({"db": [{"meta": {}, "data": data}]}), "utf-8")
    return file


def test_ghost_comes_in_with_pictures_and_places(
    db: Session, client: FlaskClient, tmp_path: Path
) -> None:
    a_lab(db, "boden")
    method = a_method(db, "kor")
    db.commit()
    export, images = an_export(tmp_path), tmp_path / "images/content/images/2019"
    images.mkdir(parents=True)
    (images / "kor.jpg").write_bytes(a_photo())
    mapping = tmp_path / "map.yaml"
    mapping.write_text("tags:\n  Sång: method/kor\n", "utf-8")
    options = ("--pictures", str(tmp_path / "images"), "--map", str(mapping), "--publish")
    said = bring_in(tmp_path, export, *options, source="ghost")
    assert said.startswith("Posts: 2 new, 0 filled in")
    assert "Published: 1." in said
    db.rollback()
    out = db.scalars(select(Post).where(Post.status == Status.PUBLISHED)).one()
    assert out.lab_id is not None
    assert [*db.scalars(select(RevisionMethod.method_id))] == [method.id]
    assert count(db, ShownPicture) == 1
    moved = client.get("/kor/")
    assert (moved.status_code, moved.location) == (301, "/posts/kor")
    assert client.get("/utkast/").status_code == 404

    again = bring_in(tmp_path, export, *options, source="ghost")
    assert "0 new, 0 filled in, 2 as before" in again
    assert (count(db, Post), count(db, ShownPicture)) == (2, 1)


def test_wordpress_comes_in_with_pictures_and_notes(
    db: Session, client: FlaskClient, tmp_path: Path
) -> None:
    a_lab(db, "boden")
    db.commit()
    comment = (
        "<wp:comment><wp:comment_author>Petra</wp:comment_author>"
        "<wp:comment_author_email>p@example.org</wp:comment_author_email>"
        "<wp:comment_content>Så fint!</wp:comment_content>"
        "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
    )
    boden = '<category domain="category" nicename="boden">Boden</category>'
    export, uploads = tmp_path / "export.xml", tmp_path / "uploads/2019/05"
    export.write_text(
        wxr.HEAD
        + wxr.upload(11, "kor.jpg", parent=7, alt="En kör")
        + wxr.item(7, "Vi sjöng.\n\n[gallery]", boden + comment)
        + wxr.item(8, "Till vännerna.", post_password="hemligt")
        + wxr.item(9, "Sidan", post_type="page")
        + wxr.TAIL,
        "utf-8",
    )
    uploads.mkdir(parents=True)
    (uploads / "kor.jpg").write_bytes(a_photo())
    options = ("--pictures", str(tmp_path / "uploads"), "--publish")
    would = bring_in(tmp_path, export, *options, "--dry-run", source="wxr")
    assert would.startswith("Would come in: 2 new")
    assert count(db, Post) == 0
    said = bring_in(tmp_path, export, *options, source="wxr")
    assert said.startswith("Posts: 2 new, 0 filled in")
    assert "Published: 1." in said
    assert "1 of the kind page" in said
    db.rollback()
    out = db.scalars(select(Post).where(Post.status == Status.PUBLISHED)).one()
    assert (out.slug, out.lab_id is not None) == ("inlagg-7", True)
    assert [shown.alt for shown in db.scalars(select(ShownPicture))] == ["En kör"]
    notes = out.provenance.notes if out.provenance else {}
    assert notes["comments"] == [{"name": "Petra", "words": "Så fint!", "at": ""}]
    for old in ("/blogg/2019/05/inlagg-7/", "/?p=7"):
        moved = client.get(old)
        assert (moved.status_code, moved.location) == (301, "/posts/inlagg-7")
    assert client.get("/?p=8").status_code != 301

    assert "0 new, 0 filled in, 2 as before" in bring_in(tmp_path, export, *options, source="wxr")
    assert (count(db, Post), count(db, ShownPicture)) == (2, 1)


def test_another_programs_file_is_refused_in_one_sentence(db: Session, tmp_path: Path) -> None:
    export = tmp_path / "feed.json"
    export.write_bytes(saved(item("a")))
    for source in ("ghost", "wxr"):
        assert bring_in(tmp_path, export, source=source, status=2) == ""
    assert count(db, Post) == 0


def test_a_feed_comes_in_from_saved_documents(db: Session, tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "1.json").write_bytes(saved(item("a"), item("b", "<p>ny</p>", "2019-03-09")))
    (feed / "2.json").write_bytes(saved(item("b", "<p>gammal</p>"), item("c")))
    assert "3 new" in bring_in(tmp_path, feed, "--publish", source="feed")
    assert "3 as before" in bring_in(tmp_path, feed, "--publish", source="feed")


def test_an_address_is_never_opened_unasked(db: Session, tmp_path: Path) -> None:
    address = "https://example.org/feed.json"
    for source, more in (("feed", ()), ("ghost", ("--fetch",))):
        bring_in(tmp_path, address, *more, source=source, status=2)
