"""`diary import`: the same end however often and in whatever order, and nothing in a dry run."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from diary.demo import loader
from diary.demo.content import journey
from diary.domain import errands, forgetting
from diary.media.storage import Storage
from diary.models import (
    Byline,
    Event,
    Lab,
    Origin,
    Outgoing,
    Person,
    Post,
    Provenance,
    Revision,
    ShownPicture,
    Status,
)
from tests.builders import NOW, a_method, a_photo
from tests.cli.test_commands import diary, environment

DATA = Path(__file__).parent.parent / "data/pages"
SOURCES = Path("../shared/sources").resolve()
HEAD = "---\ntitle: Provtratten\ndate: 2019-05-17\nlang: sv\nlab: boden\n"
AUTHOR = "authors:\n  - name: Testa\n    role: boende i Exempelby\n"
POST = f"{HEAD}methods: [kor]\nvoice: insight\n{AUTHOR}---\n\nEn tratt.\n"


@pytest.fixture(autouse=True)
def unlocked(db: Session) -> None:
    """The command is another process: it waits for what the test has begun to write."""
    db.commit()


def fields(db: Session) -> list[Any]:
    """What all posts say, in the journey's order."""
    db.rollback()
    db.expire_all()
    rows = db.execute(
        select(
            Revision.dated,
            Revision.title,
            Revision.body,
            Byline.name,
            Byline.role,
            Provenance.origin,
            Post.slug,
        )
        .join(Post, (Post.live_id == Revision.id) | (Post.waiting_id == Revision.id))
        .join(Provenance, Provenance.post_id == Post.id)
        .outerjoin(Byline, Byline.revision_id == Revision.id)
    )
    return sorted(tuple(row) for row in rows)


def count(db: Session, kind: type[Any]) -> int | None:
    db.rollback()
    return db.scalar(select(func.count()).select_from(kind))


def bring_in(
    folder: Path, path: Path | str, *more: str, source: str = "pages", status: int = 0
) -> str:
    done = diary(folder, "import", str(path), "--from", source, *more)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_a_dry_run_writes_nothing(db: Session, tmp_path: Path) -> None:
    said = bring_in(tmp_path, DATA / "lykta.txt", "--dry-run")
    assert said.startswith("Would come in: 3 new, 0 filled in, 0 as before, 0 left alone.")
    assert (count(db, Post), count(db, Person), count(db, Event)) == (0, 0, 0)


def test_posts_wait_in_the_queue_unless_they_are_published(db: Session, tmp_path: Path) -> None:
    bring_in(tmp_path, DATA / "lykta.txt")
    assert set(db.scalars(select(Post.status))) == {Status.SUBMITTED}
    said = bring_in(tmp_path, DATA / "lykta.txt", "--publish")
    assert "3 as before" in said
    assert "Published: 3." in said
    db.rollback()
    db.expire_all()
    posts = db.scalars(select(Post).order_by(Post.dated, Post.sequence)).all()
    assert {post.status for post in posts} == {Status.PUBLISHED}
    assert [post.sequence for post in posts] == sorted(p.sequence or 0 for p in posts)
    assert all(p.published_at and p.published_at.date() == p.dated for p in posts)
    assert count(db, Outgoing) == 0


def test_twice_changes_nothing_and_a_better_trace_fills_a_stub_in(
    db: Session, tmp_path: Path
) -> None:
    bring_in(tmp_path, DATA / "lykta.txt", "--publish")
    before, events = fields(db), count(db, Event)
    assert "0 new, 0 filled in, 3 as before" in bring_in(tmp_path, DATA / "lykta.txt", "--publish")
    assert (fields(db), count(db, Event)) == (before, events)
    assert "0 new, 1 filled in, 1 as before" in bring_in(tmp_path, DATA / "soppa.txt", "--publish")
    assert [row[5] for row in fields(db)] == ["teaser", "full", "full"]
    assert count(db, Post) == 3


@pytest.mark.parametrize(
    ("source", "kept"), [("tratt_files/a.jpg", "tratt_files/a.jpg"), ("/2019/a.jpg", "2019/a.jpg")]
)
def test_pictures_beside_the_saved_pages_come_along_once(
    db: Session, tmp_path: Path, source: str, kept: str
) -> None:
    folder = tmp_path / "in"
    (folder / kept).parent.mkdir(parents=True)
    page = (DATA / "tratt.html").read_text("utf-8")
    shown = f'<figure><img src="{source}" alt="En tratt">'
    (folder / "tratt.html").write_text(page.replace("<figure>", shown), "utf-8")
    assert "a.jpg: not in the folder" in bring_in(tmp_path, folder)
    (folder / kept).write_bytes(a_photo())
    assert "1 filled in" in bring_in(tmp_path, folder)
    assert "0 filled in" in bring_in(tmp_path, folder)
    db.rollback()
    (picture,) = db.scalars(select(ShownPicture))
    assert (picture.alt, picture.credit, picture.caption) == (
        "En tratt", "Påhittad Fotograf", "",
    )  # fmt: skip


@pytest.mark.parametrize("publish", [(), ("--publish",)])
def test_either_order_comes_to_the_same(
    db: Session, tmp_path: Path, publish: tuple[str, ...]
) -> None:
    bring_in(tmp_path, DATA / "soppa.txt", *publish)
    bring_in(tmp_path, DATA / "lykta.txt", *publish)
    one = fields(db)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(DATA / "lykta.txt", other)
    (other / "cut.txt").write_text((DATA / "lykta.txt").read_text("utf-8")[:300], "utf-8")
    assert "0 new, 0 filled in" in bring_in(tmp_path, other, *publish)
    assert fields(db) == one


def test_a_page_that_is_found_fills_a_post_of_the_demonstration_in(
    sessions: sessionmaker[Session],
    db: Session,
    store: Storage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    title = "Finnes: lokaler. Sökes: aktörer"
    posts = [source for source in journey() if source.title == title]
    monkeypatch.setattr(loader, "journey", lambda: posts)
    monkeypatch.setattr(loader, "queue", list)
    loader.build(loader.Workshop(sessions, store, NOW, lambda _done, _total: None))
    page = tmp_path / "page.txt"
    page.write_text(f"3 oktober 2018\n\n{title}\n\nEtt påhittat brödstycke.\n", "utf-8")
    assert "0 new, 1 filled in" in bring_in(tmp_path, page, "--publish")
    [(_, said, body, name, _, origin, _)] = fields(db)
    assert (said, body, name) == (title, "Ett påhittat brödstycke.", "Anna Kanervo")
    assert origin is not Origin.TITLE
    lab = select(Lab.slug).join(Revision).join(Post, Post.live_id == Revision.id)
    assert db.scalar(lab) == "rannebergen"
    assert [*db.scalars(select(Person.name))].count(name) == 1


def test_what_somebody_has_changed_here_is_left_alone(
    db: Session, alice: Any, tmp_path: Path
) -> None:
    bring_in(tmp_path, DATA / "lykta.txt")
    for revision in db.scalars(select(Revision)):
        revision.made_by_id = alice.id
    db.commit()
    assert "2 left alone" in bring_in(tmp_path, DATA / "soppa.txt")


def test_who_was_forgotten_does_not_come_back(db: Session, store: Storage, tmp_path: Path) -> None:
    bring_in(tmp_path, DATA / "lykta.txt", "--publish")
    person = db.scalars(select(Person).where(Person.name == "Testa Provsson")).one()
    forgetting.forget_person(db, person, NOW)
    errands.commit(db, store)
    assert not [kept for kept in db.scalars(select(Provenance.evidence)) if "Testa" in str(kept)]
    assert "1 left alone" in bring_in(tmp_path, DATA / "lykta.txt", "--publish")
    db.rollback()
    assert "Testa Provsson" not in set(db.scalars(select(Byline.name)))


def test_the_report_lists_what_to_look_at_and_is_a_file_too(db: Session, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(DATA, folder)
    for name in ("logo.png", "style.css", "script.js", "list.pdf"):
        (folder / name).write_bytes(b"no page")
    text = (DATA / "lykta.txt").read_text("utf-8")
    (folder / "again.txt").write_text(text.replace("stolvakt", "stolväktare"), "utf-8")
    said = bring_in(tmp_path, folder, "--report", str(tmp_path / "report.txt"), status=1)
    assert "Left out:\n  list.pdf: neither HTML nor text\n\n" in said
    assert "“stolvakt, Påhittsbostäder” (lykta.txt); “stolväktare" in said
    assert (tmp_path / "report.txt").read_text("utf-8") == said


def test_a_folder_of_markdown_comes_in_with_places_and_methods(
    db: Session, lab: Lab, tmp_path: Path
) -> None:
    a_method(db, "kor", "Kör")
    db.commit()
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "2019-05-17-provtratten.md").write_text(POST, "utf-8")
    (folder / "2019-05-18-other.md").write_text(POST.replace("boden", "nowhere"), "utf-8")
    (folder / "broken.md").write_text("---\ntitle: [\n---\n", "utf-8")
    said = bring_in(tmp_path, folder, "--publish", source="folder", status=1)
    assert "Tags that found no place here:\n  2019-05-17 Provtratten: lab/nowhere" in said
    assert "broken.md: its head cannot be read" in said
    db.rollback()
    revision, other = db.scalars(select(Revision).order_by(Revision.id))
    assert other.lab is None
    assert (revision.title, revision.lab, [m.slug for m in revision.methods]) == (
        "Provtratten", lab, ["kor"],
    )  # fmt: skip
    assert "2 as before" in bring_in(tmp_path, folder, "--publish", source="folder", status=1)


def register() -> list[tuple[str, ...]]:
    """What is known otherwise of the posts that the two stored pages tell of."""
    path = SOURCES.parent / "journey/register.csv"
    with path.open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    names = ("date", "title", "author", "role", "evidence")
    known = [tuple(row[name] for name in names) for row in rows]
    return sorted(row for row in known if row[0] == "2018-09-05" or row[0].startswith("2020-"))


@pytest.mark.skipif(not SOURCES.is_dir(), reason="needs the stored pages in ../shared/sources")
@pytest.mark.parametrize("order", [("003", "004"), ("004", "003"), ("004", "cut", "003", "004")])
def test_the_two_stored_pages_rebuild_two_posts_and_four_stubs(
    db: Session, tmp_path: Path, order: tuple[str, ...]
) -> None:
    cut = tmp_path / "cut"
    cut.mkdir()
    for name in ("003", "004"):
        for file in SOURCES.glob(f"{name}_*"):
            (cut / file.name).write_text(file.read_text("utf-8")[:2000], "utf-8")
    for name in order:
        for path in [cut] if name == "cut" else SOURCES.glob(f"{name}_*"):
            bring_in(tmp_path, path, "--publish")
    found = [(str(row[0]), row[1], row[3], row[4], str(row[5])) for row in fields(db)]
    assert found == register()


def test_a_mapping_file_is_used_and_a_wrong_one_explains_itself(
    db: Session, lab: Lab, tmp_path: Path
) -> None:
    page = (DATA / "tratt.html").read_text("utf-8")
    (tmp_path / "tratt.html").write_text(page.replace("<h1", '<a rel="tag">Torget</a><h1'), "utf-8")
    said = bring_in(tmp_path, tmp_path / "tratt.html", "--dry-run")
    assert "Tags that found no place here:\n  2019-04-02 En tratt i Exempelby: Torget" in said
    template = said.partition("--map:\n\n")[2]
    assert '  "Torget":   # 1' in template
    places = tmp_path / "map.yaml"
    places.write_text(template.replace('"Torget": ', '"Torget": nowhere'), "utf-8")
    done = diary(tmp_path, "import", str(tmp_path / "tratt.html"), "--from", "pages", "--map",
                 str(places))  # fmt: skip
    assert done.returncode == 2
    assert "no place or method here has that" in done.stderr
    places.write_text(template.replace('"Torget": ', '"Torget": boden'), "utf-8")
    bring_in(tmp_path, tmp_path / "tratt.html", "--map", str(places))
    db.rollback()
    assert lab.id in set(db.scalars(select(Post.lab_id)))


def test_killed_at_any_moment_and_begun_again_it_comes_to_the_same(
    db: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        day = f"{number % 28 + 1} mars 2019"
        text = (DATA / "lykta.txt").read_text("utf-8").replace("12 mars 2019", day)
        title = f"Lykta nummer {number} lyser"
        (folder / f"{39 - number}.txt").write_text(
            text.replace("Lyktan i Exempelby lyser igen", title), "utf-8"
        )
    command = [sys.executable, "-m", "diary", "import", str(folder), "--from", "pages", "--publish"]
    for wanted in (3, 20, 41):
        process = subprocess.Popen(
            command, env=environment(tmp_path), cwd=tmp_path, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and (count(db, Post) or 0) < wanted:
            pass
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        db.rollback()
    bring_in(tmp_path, folder, "--publish")
    db.rollback()
    db.expire_all()
    posts = db.scalars(select(Post).order_by(Post.sequence)).all()
    assert [post.sequence for post in posts] == list(range(1, 43))
    assert [post.dated for post in posts] == sorted(post.dated for post in posts)
    assert (count(db, Revision), count(db, Provenance)) == (42, 42)
    names = [*db.scalars(select(Person.name))]
    assert len(names) == len(set(names))
