"""`diary export --as folder` and back: the same bytes, and nothing that is not public."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import post_path
from diary.app import create_app
from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent, PictureContent, from_json
from diary.domain.moderation import Verdict
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import LocalStorage, Storage
from diary.models import (
    Account,
    Alias,
    Claim,
    Consent,
    Correction,
    Edition,
    Kind,
    Lab,
    Origin,
    Person,
    Picture,
    Post,
    Precision,
    Revision,
    SecondKind,
    State,
    Status,
    Voice,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.models.provenance import Provenance
from tests.builders import HOUSE, NOW, a_lead, a_method, a_picture, a_post, erased
from tests.cli.test_commands import diary
from tests.conftest import settings_in


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def export(folder: Path, path: Path, *more: str, status: int = 0) -> str:
    done = diary(folder, "export", str(path), "--as", "folder", *more)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def bring_in(folder: Path, path: Path, *more: str, status: int = 0) -> str:
    done = diary(folder, "import", str(path), "--from", "folder", *more)
    assert done.returncode == status, done.stderr + done.stdout
    return done.stdout


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The folder of an empty diary."""
    folder = tmp_path / "other"
    folder.mkdir()
    assert diary(folder, "upgrade").returncode == 0
    return folder


@pytest.fixture
def rich(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A diary of three posts, one of which has all that a post can have."""
    put(db, {"title": "Grannarnas dagbok", "sentence": {"sv": "Vi skriver."}, "partners": ["ABF"]})
    lab.descriptions, lab.started, lab.colour = (
        {"sv": "Rad ett\n\nRad två"},
        date(2018, 1, 1),
        "red",
    )
    a_method(db, "kor", "Kör").first_lab = lab
    a_method(db, "bin")
    post = a_post(
        db, alice, Status.DRAFT,
        title="Solen: vill 'inte' gå ner",
        body="    kod\n\n---\n\n*två* [se](post:2019-05-17-tyst)",
        lang="ar", gist="En rad: om solen", lab="boden", methods=("bin", "kor"),
        voice=Voice.INSIGHT, scribe="Petra", precision=Precision.MONTH,
        second_kind=SecondKind.EASY, second_lang="sv", second_body="Kort:\n---\n  lätt.\n\n# nej",
        bylines=(BylineContent("Amal", "ny i Boden"), BylineContent("Åsa", kind=Kind.PARTNER)),
    )  # fmt: skip
    pictures = a_picture(db, store, post), a_picture(db, store, post, "#aa0000")
    shown = [
        PictureContent(one.token, f"Bild\n{n}", "no: yes", "Åsa", claim=claim, focus_x=0.25 + n / 4)
        for n, (one, claim) in enumerate(zip(pictures, (Claim.YES, Claim.NOBODY), strict=True))
    ]
    content = from_json(writing.working_copy(db, actor_of(alice), post).content)
    writing.save(db, actor_of(alice), post, content.with_pictures(shown), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    _publish(db, post)
    db.add(Alias(kind="post", slug="2019/05/gammal adress", target_id=post.id))
    db.add(
        Correction(post_id=post.id, revision_id=post.live_id or 0, at=NOW, words="Det var i maj.")
    )
    first = a_post(db, alice, title="Först", dated=date(2018, 9, 1))
    a_post(db, alice, title="Tyst", body="", inspired_by=post_path(first.slug or ""))
    a_post(db, alice, Status.DRAFT, title="Hemligt")
    a_post(db, alice, Status.WITHDRAWN, title="Borta")
    db.commit()
    return post


def _publish(db: Session, post: Post) -> None:
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)


@pytest.mark.usefixtures("rich")
def test_out_and_in_and_out_again_are_the_same_bytes(tmp_path: Path, other: Path) -> None:
    assert "3 posts and 2 pictures written" in export(tmp_path, tmp_path / "one")
    said = bring_in(other, tmp_path / "one", "--publish")
    assert "Posts: 3 new" in said
    assert "Published: 3." in said
    export(other, tmp_path / "two")
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert one["withdrawn.csv"].endswith(b"2019-05,1\r\n")
    assert list(one) == list(two)
    for path, data in one.items():
        assert two[path] == data, path


def test_all_that_a_post_has_comes_along(rich: Post, tmp_path: Path, other: Path) -> None:
    export(tmp_path, tmp_path / "one.zip")
    bring_in(other, tmp_path / "one.zip", "--publish")
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:
        post = session.scalars(select(Post).where(Post.uid == rich.uid)).one()
        assert (post.short, post.slug, post.published_at) == (
            rich.short, rich.slug, rich.published_at,
        )  # fmt: skip
        claims = session.scalars(select(Consent.claim).order_by(Consent.picture_id)).all()
        assert list(claims) == [Claim.YES, Claim.NOBODY]
        assert set(session.scalars(select(Consent.decision))) == {None}
        assert session.scalars(select(Provenance.origin)).all() == [Origin.WRITTEN] * 3
        inspired = session.scalars(select(Revision.inspired_by_id)).all()
        assert [one for one in inspired if one] == [
            session.scalar(select(Post.id).where(Post.slug == "forst"))
        ]
        assert {person.name for person in session.scalars(select(Person))} == {"Amal", "Åsa"}
    engine.dispose()


@pytest.mark.usefixtures("rich")
def test_nothing_that_is_not_public_is_in_it(tmp_path: Path, db: Session) -> None:
    hidden = db.scalars(select(Picture).order_by(Picture.id.desc())).first()
    assert hidden is not None
    hidden.hidden_at = NOW
    db.commit()
    export(tmp_path, tmp_path / "one")
    found = files(tmp_path / "one")
    text = b"".join(data for path, data in found.items() if not path.endswith(".webp")).decode()
    assert "Hemligt" not in text
    assert "Borta" not in text
    assert str(hidden.uid) not in text
    assert len([path for path in found if path.endswith(".webp")]) == 1
    assert found["withdrawn.csv"].decode("utf-8-sig") == "month,posts\r\n2019-05,1\r\n"


@pytest.mark.usefixtures("rich")
def test_importing_again_changes_nothing_not_even_where_it_comes_from(
    tmp_path: Path, other: Path, db: Session
) -> None:
    export(tmp_path, tmp_path / "one")
    bring_in(other, tmp_path / "one", "--publish")
    before = diary(other, "export", str(tmp_path / "two"), "--as", "folder").stdout
    assert "3 as before" in bring_in(other, tmp_path / "one", "--publish")
    assert "2 pictures" in before
    version = db.scalars(select(State.version)).one()
    assert "3 left alone" in bring_in(tmp_path, tmp_path / "one", "--publish")
    db.rollback()
    assert db.scalars(select(State.version)).one() == version


@pytest.mark.usefixtures("rich")
def test_an_earlier_diary_is_the_first_part_and_stays_as_it_was(
    tmp_path: Path, other: Path
) -> None:
    export(tmp_path, tmp_path / "one")
    as_first = (tmp_path / "one", "--publish", "--earlier", "Dagboken\n2018")
    assert "3 new" in bring_in(other, *as_first)
    assert "3 as before" in bring_in(other, *as_first)
    app = create_app(settings_in(other))
    visitor = app.test_client()
    assert "Grannarnas dagbok" not in visitor.get("/").text
    assert "Från en tidigare dagbok, Dagboken 2018" in visitor.get("/posts/forst").text
    assert "en tidigare dagbok, Dagboken 2018" in visitor.get("/feed.atom").text
    with app.extensions["diary"].sessions() as session:
        begin_writing(session)
        lead = a_lead(session)
        for post in session.scalars(select(Post)):
            assert not writing.editable(post, lead)
            verdict = Verdict(Step.WITHDRAW, post.live_id or 0, reason="wrong_facts")
            moderation.decide(session, lead, post.id, verdict, NOW, HOUSE)
            assert post.status is Status.WITHDRAWN
        session.rollback()
    export(other, tmp_path / "two")
    first = next((tmp_path / "two/posts").rglob("2018-09-01-forst.md"))
    assert "\nearlier: Dagboken 2018\n" in first.read_text("utf-8")
    export(other, tmp_path / "again.zip")
    third = tmp_path / "third"
    third.mkdir()
    assert diary(third, "upgrade").returncode == 0
    bring_in(third, tmp_path / "again.zip", "--publish")
    export(third, tmp_path / "three")
    assert files(tmp_path / "two/posts") == files(tmp_path / "three/posts")


@pytest.mark.usefixtures("rich")
def test_without_publish_all_waits_and_a_dry_run_writes_nothing(
    tmp_path: Path, other: Path
) -> None:
    export(tmp_path, tmp_path / "one")
    said = bring_in(other, tmp_path / "one", "--dry-run")
    assert "Would come in: 3 new" in said
    assert "Boden" in said
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:
        assert session.scalars(select(Lab)).all() == []
        assert session.scalars(select(Post)).all() == []
    bring_in(other, tmp_path / "one")
    with make_sessions(engine)() as session:
        assert set(session.scalars(select(Post.status))) == {Status.SUBMITTED}
        assert [lab.descriptions for lab in session.scalars(select(Lab))] == [
            {"sv": "Rad ett\n\nRad två"}
        ]
    engine.dispose()


def test_what_was_taken_away_here_stays_away(rich: Post, tmp_path: Path, other: Path) -> None:
    export(tmp_path, tmp_path / "one")
    name = next((tmp_path / "one/posts/2019").glob("*solen*.md"))
    post: Any = frontmatter.loads(name.read_text("utf-8"))
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:
        gone = post["pictures"][0]["uid"]
        erased(LocalStorage(other / "uploads"), "picture", gone, NOW)
        session.commit()
    bring_in(other, tmp_path / "one", "--publish")
    with make_sessions(engine)() as session:
        assert gone not in {str(uid) for uid in session.scalars(select(Picture.uid))}
    engine.dispose()


def test_it_is_written_whole_or_not_at_all(
    rich: Post, tmp_path: Path, db: Session, store: Storage
) -> None:
    assert "To write: 3 posts, 2 pictures." in export(tmp_path, tmp_path / "one", "--dry-run")
    assert not (tmp_path / "one").exists()
    (tmp_path / "there").mkdir()
    assert "is there already" in export(tmp_path, tmp_path / "there", status=2)
    export(tmp_path, tmp_path / "one.zip")
    assert zipfile.ZipFile(tmp_path / "one.zip").testzip() is None
    db.rollback()
    assert db.scalars(select(Edition)).all() == []
    for picture in db.scalars(select(Picture)):
        for size in picture.renditions:
            store.delete(size.key)
        store.delete(picture.original_key)
    assert "is missing" in export(tmp_path, tmp_path / "two", status=1)
    assert sorted(one.name for one in tmp_path.iterdir() if "unfinished" in one.name) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": "share-stories/folder", "version": 99}', "The folder has format 99"),
        ('{"format": "something"}', "is not that of a diary's folder"),
        ("[", "diary.json is damaged"),
        ('{"format": "share-stories/folder", "version": 1, "labs": [1]}', "docs/format.md"),
        ('{"format": "share-stories/folder", "version": 1, "labs": [{"slug": "../x"}]}', "docs/"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_in_one_sentence(
    tmp_path: Path, other: Path, text: str, said: str
) -> None:
    folder = tmp_path / "in"
    (folder / "posts").mkdir(parents=True)
    (folder / "posts/2019-05-17-ett.md").write_text("---\ndate: 2019-05-17\n---\n\nHej\n", "utf-8")
    (folder / "diary.json").write_text(text, "utf-8")
    done = diary(other, "import", str(folder), "--from", "folder")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_folder_says_is_not_believed(tmp_path: Path, other: Path) -> None:
    folder = tmp_path / "in"
    (folder / "posts").mkdir(parents=True)
    head = (
        "---\ndate: 2019-05-17\nslug: ../../x\nsource: javascript:alert(1)\n"
        "pictures:\n  - {file: ../../diary.db}\n  - {file: 'ä.webp', consent: maybe}\n---\n\nHej\n"
    )
    (folder / "posts/a.md").write_text(head, "utf-8")
    house = {"format": "share-stories/folder", "version": 1, "licence_url": "javascript:alert(1)"}
    (folder / "diary.json").write_text(json.dumps(house), "utf-8")
    said = bring_in(other, folder, "--publish")
    assert said.count("not in the folder") == 2
    engine = make_engine(f"sqlite:///{other / 'diary.db'}")
    with make_sessions(engine)() as session:
        assert session.scalars(select(Post.slug)).all() == ["x"]
        assert session.scalars(select(Provenance.source_url)).all() == [""]
    engine.dispose()
