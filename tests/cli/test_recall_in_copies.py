"""`diary recall … --in PATH`: out of a kept folder, site, book and bag, diary or no diary."""

import json
import shutil
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
from diary.models import Account, Claim, Event, Handout, HandoutPicture, Lab, Picture, Status
from diary.portability import bag, kept
from diary.portability.wacz import Reader
from tests.builders import HOUSE, NOW, a_picture, a_post
from tests.cli.test_commands import at_once

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
        done = at_once(tmp_path, "export", str(kept / name), "--as", form)
        assert done.exit_code == 0, done.stderr
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
    done = at_once(folder, "recall", *words, "--in", str(copies))
    assert done.exit_code == 0, done.stderr
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
    again = at_once(folder, "recall", *words, "--in", str(copies))
    assert again.exit_code == 0
    assert "0 files changed" in again.stdout
    db.rollback()
    assert (db.get_one(Picture, one.id).recalled_at is not None) == here
    noted = select(HandoutPicture.handout_id).where(HandoutPicture.taken_out_at.is_not(None))
    assert set(db.scalars(noted)) == (set(db.scalars(select(Handout.id))) if here else set())
    deeds = db.scalars(select(Event).where(Event.action == "take_out")).all()
    assert len(deeds) == len(FORMS) * here  # once each, though it was said twice
    assert {deed.picture_id for deed in deeds} <= {one.id}


def test_what_cannot_be_changed_is_said(tmp_path: Path, copies: Path, db: Session) -> None:
    (copies / "b.pdf").write_bytes(b"%PDF-1.7")
    token = db.scalars(select(Picture.token)).first() or ""
    done = at_once(tmp_path, "recall", token, "--in", str(copies / "b.pdf"))
    assert done.exit_code == 1
    assert "Make it anew" in done.stderr
    db.rollback()
    assert db.scalars(select(Event).where(Event.action == "take_out")).all() == []


@pytest.mark.parametrize("packed", ["s", "bag"])
def test_a_copy_that_somebody_has_packed_is_not_passed_over(
    tmp_path: Path, copies: Path, db: Session, packed: str
) -> None:
    shutil.make_archive(str(copies / "packed"), "zip", copies, packed)
    token = db.scalars(select(Picture.token)).first() or ""
    done = at_once(tmp_path, "recall", token, "--in", str(copies))
    assert done.exit_code == 1
    assert f"{copies / 'packed.zip'} cannot be changed." in " ".join(done.stderr.split())


def test_a_run_that_was_broken_off_is_finished(
    tmp_path: Path, copies: Path, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, uid = db.execute(select(Picture.token, Picture.uid).order_by(Picture.id)).all()[0]
    named = kept.Named(frozenset({token}), frozenset({str(uid)}))
    whole = kept._in_folder

    def first_only(root: Path, changes: kept.Changes, done: kept.Done) -> None:
        whole(root, dict(list(changes.items())[:1]), done)
        raise OSError(28, "No space left on device")

    times = 0
    monkeypatch.setattr(kept, "_in_folder", first_only)
    while kept.take_out(copies / "f", named, NOW).changed and times < 20:
        assert kept.take_out(copies / "s", named, NOW).unsure
        times += 1
    monkeypatch.undo()
    assert not kept.take_out(copies, named, NOW).unsure
    for name, data in everything(copies).items():
        assert token not in name
        if "search/words-" not in name:
            assert not [one for one in (token, str(uid), NAME) if one.encode() in data], name
    assert len(list((copies / "f").rglob("*.webp"))) == 1


def test_a_bag_whose_signing_was_broken_off_is_signed(
    copies: Path, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    token, uid = db.execute(select(Picture.token, Picture.uid).order_by(Picture.id)).all()[0]
    named = kept.Named(frozenset({token}), frozenset({str(uid)}))
    damaged = next((copies / "bag/data/folder").rglob("*.md"))
    damaged.write_text("Another hand was here.", "utf-8")
    monkeypatch.setattr(bag, "sign", full)
    assert kept.take_out(copies / "bag", named, NOW).unsure == [copies / "bag"]
    monkeypatch.undo()
    assert not kept.take_out(copies / "bag", named, NOW).unsure
    with pytest.raises(bagit.BagValidationError, match=damaged.name) as said:
        bagit.Bag(str(copies / "bag")).validate()
    assert len(said.value.details) == 1
    assert not (copies / "bag" / bag.UNSIGNED).exists()


def test_what_is_damaged_hinders_no_other(tmp_path: Path, copies: Path, db: Session) -> None:
    (copies / "b.epub").write_bytes((copies / "b.epub").read_bytes()[:-9])
    (copies / "a").mkdir()
    shutil.copytree(copies / "f", copies / "a/f")
    (copies / "a/f/posts.json").write_text("[{")
    (copies / "a/round").symlink_to(copies)
    token = db.scalars(select(Picture.token).order_by(Picture.id)).first() or ""
    done = at_once(tmp_path, "recall", token, "--in", str(copies))
    assert done.exit_code == 1
    for name in ("a/f", "b.epub"):
        assert f"{copies / name} cannot be changed." in done.stderr
    assert "Traceback" not in done.stderr
    db.rollback()
    places = (
        select(Handout.place).join(HandoutPicture).where(HandoutPicture.taken_out_at.is_not(None))
    )
    assert set(db.scalars(places)) == {str(copies / name) for name in FORMS if name != "b.epub"}


def test_what_was_misspelt_is_said(tmp_path: Path, copies: Path, db: Session) -> None:
    token = db.scalars(select(Picture.token)).first() or ""
    (tmp_path / "nothing").mkdir()
    for words, status, said in (
        (("nosuchtoken", "--in", str(copies)), 1, "nosuchtoken is no picture here."),
        ((token, "--in", str(tmp_path / "nothing")), 1, "There is no copy of a diary in"),
        ((f"{token}.jpg", "--in", str(copies)), 2, "is no picture's address."),
        ((token, "--in", str(tmp_path / "nowhere")), 2, "does not exist"),
    ):
        done = at_once(tmp_path, "recall", *words)
        assert done.exit_code == status, done.stderr
        assert said in " ".join(done.stderr.split())
