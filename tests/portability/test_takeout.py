"""Taking everything out: read back as strangers do, with zipfile and python-frontmatter."""

import io
import json
import tracemalloc
import zipfile
from datetime import date, timedelta
from typing import Any

import frontmatter
import pytest
from sqlalchemy.orm import Session

from diary.domain import sent, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent, from_json
from diary.domain.devices import add as add_device
from diary.media.storage import Storage
from diary.models import Account, Claim, Lab, Picture, SecondKind, Status
from diary.portability import takeout
from diary.portability.takeout import Parcel
from tests.builders import HOUSE, NOW, a_content, a_method, a_picture, a_post, a_prepared

README = "Det här är allt."


def address(path: str) -> str:
    return f"https://diary.example{path}"


def taken_out(db: Session, store: Storage, account: Account) -> zipfile.ZipFile:
    """The zip, opened again."""
    file = io.BytesIO()
    takeout.write(file, takeout.gather(db, account.person_id, address), store, README, NOW)
    archive = zipfile.ZipFile(file)
    assert archive.testzip() is None
    return archive


def the_post(archive: zipfile.ZipFile, path: str) -> Any:
    return frontmatter.loads(archive.read(path).decode())


def data(archive: zipfile.ZipFile, path: str) -> Any:
    return json.loads(archive.read(path))


def test_a_post_comes_out_with_all_that_was_said(
    db: Session, store: Storage, alice: Account, lab: Lab
) -> None:
    a_method(db, "kor", "Kör")
    post = a_post(
        db, alice, Status.DRAFT,
        title="Solen: vill inte gå ner", body="Rad ett\n\n---\n\nRad *två*", lang="sv",
        lab="boden", methods=("kor",), scribe="Petra", gist="En rad",
        second_kind=SecondKind.EASY, second_lang="sv", second_body="Kort:\n---\nlätt.",
        bylines=(BylineContent("Amal", "ny i Boden"), BylineContent("Åsa")),
    )  # fmt: skip
    picture = a_picture(db, store, post)
    shown = PictureContent(
        picture.token, alt="Vi tre", caption="Vid elva", credit="Amal", claim=Claim.YES
    )
    content = from_json(writing.working_copy(db, actor_of(alice), post).content)
    writing.save(db, actor_of(alice), post, content.with_pictures([shown]), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    archive = taken_out(db, store, alice)
    folder = "2019-05-17-solen-vill-inte-ga-ner"
    found = the_post(archive, f"{folder}/post.md")
    assert found.content == "Rad ett\n\n---\n\nRad *två*"
    assert found["title"] == "Solen: vill inte gå ner"
    assert (found["day"], found["language"]) == (date(2019, 5, 17), "sv")
    assert (found["lab"], found["methods"], found["scribe"]) == ("Boden", ["Kör"], "Petra")
    assert [(one["name"], one["role"]) for one in found["bylines"]] == [
        ("Amal", "ny i Boden"),
        ("Åsa", ""),
    ]
    assert found["second_text"] == {"kind": "easy", "language": "sv", "text": "Kort:\n---\nlätt."}
    assert (found["status"], found["sent"]) == ("submitted", NOW.isoformat())
    assert "published" not in found.keys()  # noqa: SIM118 (a post is no mapping)
    assert found["pictures"] == [
        {
            "file": "picture-1.jpg",
            "alt": "Vi tre",
            "caption": "Vid elva",
            "credit": "Amal",
            "claim": "yes",
            "claimed": NOW.isoformat(),
        }
    ]
    assert archive.read(f"{folder}/picture-1.jpg") == a_prepared().original.data
    assert archive.read("README.txt").decode() == README


def test_what_is_out_has_its_address_and_the_changes_beside_it(
    db: Session, store: Storage, alice: Account
) -> None:
    post = a_post(db, alice, title="Solen", body="Ute.")
    writing.save(db, actor_of(alice), post, a_content(title="Solen", body="Ändrat."), NOW)
    archive = taken_out(db, store, alice)
    out = the_post(archive, "2019-05-17-solen/post.md")
    assert (out.content, out["address"]) == ("Ute.", "https://diary.example/posts/solen")
    assert (out["status"], out["published"]) == ("published", NOW.isoformat())
    assert the_post(archive, "2019-05-17-solen/changes.md").content == "Ändrat."


@pytest.mark.parametrize("status", [status for status in Status if status != "scheduled"])
def test_posts_of_every_status_come_along(
    db: Session, store: Storage, alice: Account, status: Status
) -> None:
    a_post(db, alice, status, store=store, pictures=1, body="Mina ord.")
    archive = taken_out(db, store, alice)
    (path,) = [name for name in archive.namelist() if name.endswith("post.md")]
    assert the_post(archive, path).content == "Mina ord."
    assert len([name for name in archive.namelist() if "picture" in name]) == 1


def test_the_newest_words_of_a_draft(db: Session, store: Storage, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED, body="Först.")
    writing.save(db, actor_of(alice), post, a_content(body="Sedan."), NOW)
    archive = taken_out(db, store, alice)
    assert the_post(archive, "2019-05-17-solen-vill-inte-ga-ner/post.md").content == "Sedan."
    assert "2019-05-17-solen-vill-inte-ga-ner/changes.md" not in archive.namelist()


# ---------------------------------------------------------------- whose posts


def test_only_ones_own_and_those_out_under_ones_name(
    db: Session, store: Storage, alice: Account, bob: Account
) -> None:
    oneself = (BylineContent("Alice", person_id=alice.person_id),)
    a_post(db, bob, title="Bobs eget")
    a_post(db, bob, Status.DRAFT, title="Bobs utkast", bylines=oneself)
    a_post(db, bob, Status.SUBMITTED, title="Bobs skickade", bylines=oneself)
    a_post(db, bob, title="Skrivet för mig", store=store, pictures=1, bylines=oneself)
    a_post(db, alice, title="Mitt")
    archive = taken_out(db, store, alice)
    folders = {name.partition("/")[0] for name in archive.namelist() if "/" in name}
    assert folders == {"2019-05-17-mitt", "2019-05-17-skrivet-for-mig"}
    theirs = the_post(archive, "2019-05-17-skrivet-for-mig/post.md")
    assert "claim" not in theirs["pictures"][0]
    assert "Bobs" not in str([archive.read(name) for name in archive.namelist()])


def test_pictures_taken_away_by_somebody_in_them_stay_away(
    db: Session, store: Storage, alice: Account
) -> None:
    a_post(db, alice, store=store, pictures=2)
    gone = db.query(Picture).first()
    assert gone
    gone.recalled_at = NOW
    db.flush()
    archive = taken_out(db, store, alice)
    names = [name for name in archive.namelist() if "picture" in name]
    assert names == ["2019-05-17-solen-vill-inte-ga-ner/picture-1.jpg"]


# ---------------------------------------------------------------- account and talk


def test_the_account_says_what_is_known(db: Session, store: Storage, alice: Account) -> None:
    alice.email, alice.language = "alice@example.org", "ar"
    add_device(db, alice, "Telefonen", NOW, NOW.date())
    found = data(taken_out(db, store, alice), "account.json")
    assert (found["name"], found["user_name"], found["address"]) == (
        "Alice", "alice", "alice@example.org",
    )  # fmt: skip
    assert (found["language"], found["joined"]) == ("ar", NOW.isoformat())
    assert [device["name"] for device in found["devices"]] == ["Telefonen"]
    assert not any("hash" in key for key in found)


def test_the_talk_says_who_asked_and_who_answered(
    db: Session, store: Storage, alice: Account
) -> None:
    post = a_post(db, alice, Status.RETURNED)
    sent.answer(db, actor_of(alice), post, "Det är Ali.", NOW)
    talk = data(taken_out(db, store, alice), "talk.json")
    assert [(said["from"], said["words"]) for said in talk] == [
        ("moderator", "Vem är på bilden?"),
        ("you", "Det är Ali."),
    ]
    assert {said["post"] for said in talk} == {"2019-05-17-solen-vill-inte-ga-ner"}


# ---------------------------------------------------------------- names, and much of it


HARD = [
    "../../etc/passwd", "C:\\fönster", "a" * 500, "…", "شمس", "CON", ".hidden", "två/tre",
    "x\u202etxt.exe",
]  # fmt: skip


def test_names_are_safe_and_different(db: Session, store: Storage, alice: Account) -> None:
    for title in [*HARD, "Solen", "Solen", "SOLEN"]:
        a_post(db, alice, Status.DRAFT, title=title[:200])
    a_post(db, alice, Status.DRAFT, title="", body="")
    names = [name for name in taken_out(db, store, alice).namelist() if "/" in name]
    folders = [name.partition("/")[0] for name in names]
    assert len({folder.casefold() for folder in folders}) == len(HARD) + 4
    for folder in folders:
        assert folder.startswith("2019-05-17-")
        assert len(folder) < 70
        assert folder.replace("-", "").isalnum()
        assert folder.isascii()


def test_nothing_written_yet_is_no_error(db: Session, store: Storage, alice: Account) -> None:
    assert taken_out(db, store, alice).namelist() == ["README.txt", "account.json", "talk.json"]


def test_a_missing_file_is_left_out(db: Session, store: Storage, alice: Account) -> None:
    a_post(db, alice, store=store, pictures=2)
    first = db.query(Picture).order_by(Picture.id).first()
    assert first
    store.delete(first.original_key)
    names = [name for name in taken_out(db, store, alice).namelist() if "picture" in name]
    assert names == ["2019-05-17-solen-vill-inte-ga-ner/picture-2.jpg"]


class Large:
    """A store whose objects are all large."""

    size = 200_000

    def get(self, key: str) -> bytes:
        return key[-1:].encode() * self.size


def test_five_hundred_pictures_take_little_memory(tmp_path: Any) -> None:
    parcel = Parcel({}, {f"a/picture-{n}.jpg": f"originals/{n}" for n in range(500)})
    tracemalloc.start()
    with (tmp_path / "all.zip").open("wb") as file:
        takeout.write(file, parcel, Large(), README, NOW + timedelta(days=1))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "all.zip").stat().st_size > 500 * Large.size
    assert peak < 20 * Large.size  # of 500
