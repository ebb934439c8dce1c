"""5,000 posts with pictures come in from WordPress: in little memory, killed and resumed, once."""

import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from diary.domain.incoming import Incoming
from diary.media.storage import LocalStorage
from diary.models import (
    Alias,
    Byline,
    Person,
    Picture,
    Post,
    Provenance,
    Rendition,
    Revision,
    ShownPicture,
    make_engine,
)
from diary.portability.wxr import read
from tests.builders import a_photo
from tests.cli.test_commands import diary, environment
from tests.portability.test_wxr import HEAD, SHARED, TAIL, UPLOADS, item, meta, upload

pytestmark = pytest.mark.drill

POSTS = 5_000
KILLS = 4
MOST_MEMORY = 300_000  # kB
CAMERA = (4032, 3024)
_ID = re.compile(
    r'(<wp:post_id>|<wp:post_parent>|wp-image-|"id":|\?p=|'
    r"_thumbnail_id(?:\]\]>)?</wp:meta_key>\s*<wp:meta_value>(?:<!\[CDATA\[)?)(\d+)"
)
_SLUG = re.compile(r"(-\d+)(?=/</|/\]\]|\]\]></wp:post_name>)")


def made_up() -> str:
    """A small export of the same structure, where the real one does not lie beside the project."""
    words = '<p>Vi sjöng.</p>[caption id="x"]<img src="{}/img-b{}-300x200.jpg"> Foto: A[/caption]'
    days = range(1, 29)
    uploads = (upload(100 + day, f"img-{day}.jpg", alt="En kör") for day in days)
    posts = (
        item(
            day,
            words.format(UPLOADS, day),
            meta("_thumbnail_id", f"{100 + day}"),
            post_date=f"2019-05-{day:02} 10:00:00",
        )
        for day in days
    )
    return "".join([HEAD, *uploads, *posts, TAIL])


def many(few: str, wanted: int) -> Iterator[str]:
    """An export's items, again with other ids, addresses and files until there are enough."""
    head, _, rest = few.partition("<item>")
    yield head
    items = re.findall(r"<item>.*?</item>", "<item>" + rest, re.DOTALL)
    uploads = [one for one in items if "attachment_url" in one]
    posts = [one for one in items if "attachment_url" not in one]
    for copy in range(-(-wanted // len(posts))):
        for one in (*uploads, *posts[: wanted - copy * len(posts)]):
            yield _SLUG.sub(rf"\1-{copy}", _renumbered(one, copy)).replace("/img-", f"/img-{copy}-")
    yield "</channel></rss>"


def _renumbered(one: str, copy: int) -> str:
    return _ID.sub(lambda found: f"{found[1]}{int(found[2]) + copy * 100_000}", one)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export, and beside it the folder of its pictures, no two alike, some from a camera."""
    folder = tmp_path_factory.mktemp("wordpress")
    file = folder / "export.xml"
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(many(SHARED.read_text("utf-8") if SHARED.exists() else made_up(), POSTS))
    for number, post in enumerate(read(file, "sv").found):
        assert isinstance(post, Incoming)
        for place, picture in enumerate(post.pictures):
            path = folder / "uploads" / picture.source.partition("/uploads/")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            colour = f"#{(number * 3 + place) * 37 % 0xFFFFFF:06x}"
            size = CAMERA if number % 500 == place == 0 else (96 + place, 72)
            path.write_bytes(a_photo(colour, size))
    return file


def bring_in(export: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """The import into a diary in a folder; what it prints and its bar go into files there."""
    with (folder / "said").open("wb") as said, (folder / "bar").open("wb") as bar:
        return subprocess.Popen(
            [
                sys.executable, "-m", "diary", "import", str(export), "--from", "wxr",
                "--pictures", str(export.parent / "uploads"), "--publish",
            ],
            env=environment(folder) | {"FORCE_COLOR": "1"},
            cwd=folder,
            stdout=said,
            stderr=bar,
        )  # fmt: skip


def kill_at(process: "subprocess.Popen[bytes]", step: int, engine: Engine) -> None:
    """Kill it somewhere after so many steps; a post takes one to come in, one to come out."""
    while process.poll() is None and _steps(engine) < step:
        time.sleep(0.05)
    time.sleep(random.uniform(0, 0.2))
    process.kill()
    assert process.wait() == -signal.SIGKILL


def _steps(engine: Engine) -> int:
    with Session(engine) as db:
        return db.execute(select(func.count(Post.id) + func.count(Post.sequence))).scalar_one()


def test_killed_and_resumed_it_is_as_if_never_killed(export: Path, tmp_path: Path) -> None:
    folders = calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in folders:
        folder.mkdir()
        assert diary(folder, "upgrade").returncode == 0
    engine, other = (make_engine(f"sqlite:///{folder / 'diary.db'}") for folder in folders[::-1])
    for step in sorted(random.sample(range(1, 2 * POSTS - 200), KILLS)):
        kill_at(bring_in(export, killed), step, engine)
    for folder in folders:
        assert bring_in(export, folder).wait() == 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak < MOST_MEMORY
    assert f"Published: {POSTS}." in (calm / "said").read_text()
    bar = (calm / "bar").read_text("utf-8")
    assert all(f"{deed} …" in bar for deed in ("Bringing in", "Publishing"))
    assert "100%" in bar
    assert _whole(engine, killed) == _whole(other, calm)
    assert _told(engine) == _expected(export)
    for one in (engine, other):
        one.dispose()


def _expected(export: Path) -> Counter[tuple[object, ...]]:
    posts = (one for one in read(export, "sv").found if isinstance(one, Incoming))
    return Counter(
        (one.key, one.content.title, one.content.dated, len(one.pictures)) for one in posts
    )


def _told(engine: Engine) -> Counter[tuple[object, ...]]:
    shown = select(func.count()).where(ShownPicture.revision_id == Post.live_id)
    told = (
        select(Provenance.key, Revision.title, Revision.dated, shown.scalar_subquery())
        .join(Post, Post.id == Provenance.post_id)
        .join(Revision, Revision.id == Post.live_id)
    )
    with Session(engine) as db:
        return Counter(map(tuple, db.execute(told)))


def _whole(engine: Engine, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All there is, but for what is drawn by lot and for when it was done here."""
    keys = select(Picture.original_key).union(select(Rendition.key))
    shown = (ShownPicture.position, ShownPicture.alt, ShownPicture.caption, ShownPicture.credit)
    statements = {
        "posts": select(
            Post.uid, Post.slug, Post.sequence, Post.status, Post.dated, Post.published_at,
            Provenance.key, Provenance.source_url, Provenance.notes,
        ).join(Provenance),
        "words": select(Post.uid, Revision.title, Revision.html, Revision.lang).join(
            Revision, Revision.post_id == Post.id
        ),
        "bylines": select(Post.uid, Byline.position, Byline.name, Person.uid)
        .join(Byline, Byline.revision_id == Post.live_id)
        .join(Person),
        "persons": select(Person.uid, Person.name, Person.kind),
        "shown": select(Post.uid, Picture.uid, *shown)
        .join(ShownPicture, ShownPicture.revision_id == Post.live_id)
        .join(Picture, Picture.id == ShownPicture.picture_id),
        "pictures": select(Picture.uid, Picture.sent_sha256, Picture.width, Rendition.width,
            Rendition.extension, Rendition.bytes).join(Rendition),
        "aliases": select(Alias.slug, Post.uid).join(Post, Post.id == Alias.target_id),
    }  # fmt: skip
    with Session(engine) as db:
        found = {
            name: sorted((tuple(row) for row in db.execute(statement)), key=repr)
            for name, statement in statements.items()
        }
        kept = {one.key for one in LocalStorage(folder / "uploads").keys()}  # noqa: SIM118
        assert kept == {*db.scalars(keys)}
    assert [row[4] for row in sorted(found["posts"], key=lambda row: int(str(row[2])))] == sorted(
        row[4] for row in found["posts"]
    )
    return found
