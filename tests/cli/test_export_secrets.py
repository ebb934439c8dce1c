"""Whatever the form, what is not public is in no export: a diary with one of every secret."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import due, forgetting, handouts, recall, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent, from_json
from diary.domain.pictures import add_picture, store_files
from diary.media.images import prepare
from diary.media.storage import Storage
from diary.models import (
    Account,
    Byline,
    Claim,
    Consent,
    Device,
    Lab,
    NeverShow,
    Objection,
    Person,
    Picture,
    Post,
    Status,
)
from tests.builders import HOUSE, NOW, WAYS, a_content, a_lead, a_post
from tests.cli.test_commands import at_once
from tests.domain.test_blurring import blur
from tests.following import a_subscriber

SECRET = "Zsofiaqua"
STEM = b"zsofiaq"
FORMS = {
    "folder": "folder",
    "folder.zip": "folder",
    "site": "site",
    "book.epub": "book",
    "book.pdf": "book",
    "a4.pdf": "sheet",
}
PICTURES = ("out", "blurred", "hidden", "recalled", "ended", "unanswered", "left out")


@pytest.fixture
def secrets(db: Session, store: Storage, alice: Account, lab: Lab) -> list[bytes]:
    """The files of all pictures that are not public, in a diary with one post that is."""
    _about_people(db, alice)
    for status in WAYS:
        if status is not Status.PUBLISHED:
            a_post(db, alice, status, store=store, pictures=1, title=SECRET, body=SECRET)
    post, found = _a_post_with_pictures(db, store, alice)
    files = [data for name, one in found.items() if name != "out" for data in _files(store, one)]
    _change(db, alice, post)
    _forget(db, store, post)
    blur(db, store, a_lead(db), post, found["blurred"].token)
    recall.hide(db, [found["hidden"]], NOW, actor_id=None)
    recall.take_away(db, found["recalled"], NOW, actor_id=None)
    db.get_one(Consent, found["ended"].id).until = date(2020, 3, 1)
    db.get_one(Consent, found["unanswered"].id).claim = Claim.UNANSWERED
    handouts.export(db, handouts.Copy("folder", SECRET, 1, 1, SECRET), None, [], NOW)
    due.note_due(db, NOW, ZoneInfo("Europe/Stockholm"))
    db.commit()
    return files


def _about_people(db: Session, alice: Account) -> None:
    alice.email, alice.person.name = f"{SECRET}@example.org", SECRET
    a_subscriber(db, SECRET)
    db.add_all(
        (
            Device(account_id=alice.id, name=SECRET, made_at=NOW, seen_on=NOW.date()),
            NeverShow(uid=new_uid(), name=SECRET, note=SECRET, made_at=NOW),
        )
    )


def _a_post_with_pictures(
    db: Session, store: Storage, alice: Account
) -> tuple[Post, dict[str, Picture]]:
    """A post that is out in a first version, of which nothing but two pictures is to stay."""
    post = a_post(db, alice, Status.DRAFT, title="Ute", body=SECRET)
    found, shown = {}, []
    for number, name in enumerate(PICTURES):
        prepared = prepare(_photo(number))
        store_files(store, prepared)
        picture = add_picture(db, post, prepared, NOW, account_id=alice.id, filename=SECRET)
        words = name if name in {"out", "blurred"} else SECRET
        shown.append(PictureContent(picture.token, words, words, claim=Claim.YES))
        found[name] = picture
    content = a_content(
        title="Ute",  # of which its address is made, for good
        gist=SECRET,
        body=SECRET,
        bylines=(BylineContent("Amal"), BylineContent(f"{SECRET} A")),
        pictures=tuple(shown),
    )
    _publish(db, alice, post, content)
    db.add(
        Objection(
            uid=new_uid(), token=SECRET, post_id=post.id, at=NOW, answer_by=NOW, words=SECRET,
            contact=SECRET, lang="sv", answer=SECRET,
        )
    )  # fmt: skip
    db.flush()
    return post, found


def _photo(number: int) -> bytes:
    """Unlike the others, and blurred it looks unlike itself; its metadata tell a secret."""
    image = Image.new("RGB", (320, 240), (number * 30, 90, 120))
    ImageDraw.Draw(image).text((80, 60), f"Bild {number}", "white", font_size=60)
    exif = Image.Exif()
    exif[0x010E] = SECRET
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def _files(store: Storage, picture: Picture) -> list[bytes]:
    keys = picture.original_key, *(size.key for size in picture.renditions)
    return [store.get(key) for key in keys]


def _publish(db: Session, alice: Account, post: Post, content: object) -> None:
    alice.trusted = True
    writing.save(db, actor_of(alice), post, content, NOW)  # type: ignore[arg-type]
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    db.flush()


def _change(db: Session, alice: Account, post: Post) -> None:
    """Publish it without the secret words and the last picture; then write on, and do not send."""
    content = from_json(writing.working_copy(db, actor_of(alice), post).content)
    content = replace(content, gist="", body="Alla får läsa.")
    _publish(db, alice, post, content.with_pictures(content.pictures[:-1]))
    writing.save(db, actor_of(alice), post, replace(content, title=SECRET, body=SECRET), NOW)
    db.flush()


def _forget(db: Session, store: Storage, post: Post) -> None:
    """One of the two whose names stand under it."""
    signed = select(Person).join(Byline).where(Byline.revision_id == post.live_id)
    person = db.scalars(signed.where(Person.name == f"{SECRET} A")).one()
    forgetting.forget_person(db, person, NOW)


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and all that is in it if it is a zip; of a PDF its words and pictures, too."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from unpacked(f"{name}/{inner}", archive.read(inner))
    elif data.startswith(b"%PDF"):
        for number, page in enumerate(PdfReader(io.BytesIO(data)).pages):
            yield f"{name}/{number}", page.extract_text().encode()


def test_nothing_that_is_not_public_is_in_any(
    db: Session, secrets: list[bytes], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    for name, form in FORMS.items():
        done = at_once(tmp_path, "export", str(kept / name), "--as", form, "--to", SECRET)
        assert done.exit_code == 0, done.stderr
        pictures = 1 if form == "sheet" else 2  # the first of each post
        assert f"1 posts and {pictures} pictures" in done.stdout
    db.rollback()
    taken_away = select(Picture).where(
        Picture.hidden_at.is_not(None) | Picture.recalled_at.is_not(None)
    )
    gone = [str(called) for one in db.scalars(taken_away) for called in (one.uid, one.token)]
    assert len(gone) == 2 * 3  # hidden, recalled, blurred
    public, found = set[str](), []
    for file in (file for file in kept.rglob("*") if file.is_file()):
        for name, data in unpacked(file.relative_to(kept).as_posix(), file.read_bytes()):
            words = name.encode() + data
            told = STEM in words.lower() or any(one.encode() in words for one in gone)
            if told or data in secrets:
                found.append(name)
            if "Alla får läsa".encode() in data:
                public.add(name.partition("/")[0])
    assert found == []
    assert public == set(FORMS)
