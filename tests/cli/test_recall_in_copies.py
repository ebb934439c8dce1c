"""`diary recall … --in PATH`: out of a kept folder, site, book and bag, diary or no diary."""

import json
import zipfile
from pathlib import Path

import bagit
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import PictureContent, from_json
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Picture, Status
from diary.portability.wacz import Reader
from tests.builders import HOUSE, NOW, a_picture, a_post
from tests.cli.test_commands import diary

NAME = "Zsofiaqua"
FORMS = {"f": "folder", "f.zip": "folder", "s": "site", "b.epub": "book", "bag": "bag"}


@pytest.fixture
def copies(tmp_path: Path, db: Session, store: Storage, alice: Account, lab: Lab) -> Path:
    """A folder with one copy of every form, the folder as a zip, too; two pictures in each."""
    alice.trusted = True
    post = a_post(db, alice, Status.DRAFT, title="Ute")
    one, two = a_picture(db, store, post), a_picture(db, store, post, "#aa0000")
    shown = [
        PictureContent(one.token, f"{NAME} i solen", f"{NAME} ler", claim=Claim.YES),
        PictureContent(two.token, "Ett hus", "Huset", claim=Claim.NOBODY),
    ]
    content = from_json(writing.working_copy(db, actor_of(alice), post).content)
    writing.save(db, actor_of(alice), post, content.with_pictures(shown), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    db.commit()
    kept = tmp_path / "kept"
    for name, form in FORMS.items():
        done = diary(tmp_path, "export", str(kept / name), "--as", form)
        assert done.returncode == 0, done.stderr
    return kept


def everything(path: Path) -> dict[str, bytes]:
    """All that lies in a folder, zips and web archives unpacked."""
    found: dict[str, bytes] = {}
    for file in path.rglob("*"):
        if file.suffix == ".wacz":
            found |= {f"bag/wacz/{one.url}": one.body for one in Reader(file).records()}
        if file.is_file() and zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
                found |= {f"{file.name}/{name}": archive.read(name) for name in archive.namelist()}
        elif file.is_file():
            found[file.relative_to(path).as_posix()] = file.read_bytes()
    return found


@pytest.mark.parametrize("here", [True, False])
def test_it_is_in_no_copy_any_more(
    tmp_path: Path, db: Session, copies: Path, *, here: bool
) -> None:
    one, two = db.scalars(select(Picture).order_by(Picture.id))
    token, uid = one.token, str(one.uid)
    before = everything(copies)
    folder = tmp_path if here else tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    words = (token,) if here else (token, uid)
    done = diary(folder, "recall", *words, "--in", str(copies))
    assert done.returncode == 0, done.stderr
    after = everything(copies)
    for name, data in after.items():
        for gone in (token, uid, NAME):
            assert gone.encode().lower() not in data.lower(), (name, gone)
        assert token not in name
    lost = {name for name in before if name not in after}
    assert {name.partition("/")[0] for name in lost} == {
        "f",
        "f.zip",
        "s",
        "b.epub",
        "book.epub",
        "bag",
    }
    assert sum(two.token.encode() in data for data in after.values()) > 3
    assert json.loads(after["f/posts.json"])[0]["pictures"] == 1
    assert "b.epub/book/cover.jpg" in after
    assert bagit.Bag(str(copies / "bag")).validate()
    assert {"bag/wacz/http://127.0.0.1:8000/posts/ute", "s/search/index.js"} <= after.keys()
    again = diary(folder, "recall", *words, "--in", str(copies))
    assert "0 files changed" in again.stdout
    db.rollback()
    assert (db.get_one(Picture, one.id).recalled_at is not None) == here


def test_what_cannot_be_changed_is_said(tmp_path: Path, copies: Path, db: Session) -> None:
    (copies / "b.pdf").write_bytes(b"%PDF-1.7")
    token = db.scalars(select(Picture.token)).first() or ""
    done = diary(tmp_path, "recall", token, "--in", str(copies / "b.pdf"))
    assert done.returncode == 1
    assert "Make it anew" in done.stderr
