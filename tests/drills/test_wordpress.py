"""5,000 posts with pictures come in from WordPress: in little memory, killed and resumed, once."""

import os
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
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain.incoming import Incoming
from diary.media.storage import LocalStorage
from diary.models import (
    Alias,
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
from tests.portability.test_wxr import SHARED

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not SHARED.exists(), reason="The real export lies beside the project."),
]

POSTS = 5_000
KILLS = 4
MOST_MEMORY = 300_000  # kB
_ID = re.compile(
    r'(<wp:post_id>|<wp:post_parent>|wp-image-|"id":|_thumbnail_id\]\]></wp:meta_key>\s*'
    r"<wp:meta_value><!\[CDATA\[)(\d+)"
)
_SLUG = re.compile(r"(-\d+)(?=/</|/\]\]|\]\]></wp:post_name>)")


def many(real: str, wanted: int) -> Iterator[str]:
    """The real export's items, again with other ids, addresses and files until there are enough."""
    head, _, rest = real.partition("<item>")
    yield head
    items = re.findall(r"<item>.*?</item>", "<item>" + rest, re.DOTALL)
    uploads = [item for item in items if "_wp_attached_file" in item]
    posts = [item for item in items if "_wp_attached_file" not in item]
    for copy in range(-(-wanted // len(posts))):
        for item in (*uploads, *posts[: wanted - copy * len(posts)]):
            yield _SLUG.sub(rf"\1-{copy}", _renumbered(item, copy)).replace(
                "/img-", f"/img-{copy}-"
            )
    yield "</channel></rss>"


def _renumbered(item: str, copy: int) -> str:
    return _ID.sub(lambda found: f"{found[1]}{int(found[2]) + copy * 100_000}", item)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export, and beside it the folder of its pictures, no two alike."""
    folder = tmp_path_factory.mktemp("wordpress")
    file = folder / "export.xml"
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(many(SHARED.read_text("utf-8"), POSTS))
    for number, post in enumerate(read(file, "sv").found):
        assert isinstance(post, Incoming)
        for place, picture in enumerate(post.pictures):
            path = folder / "uploads" / picture.source.partition("/uploads/")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            colour = f"#{(number * 3 + place) * 37 % 0xFFFFFF:06x}"
            path.write_bytes(a_photo(colour, (96 + place, 72)))
    return file


def test_killed_and_resumed_it_comes_in_once(export: Path, tmp_path: Path) -> None:
    assert diary(tmp_path, "upgrade").returncode == 0
    said = b""
    for last in (*[False] * KILLS, True):
        process = subprocess.Popen(
            [
                sys.executable, "-m", "diary", "import", str(export), "--from", "wxr",
                "--pictures", str(export.parent / "uploads"), "--publish",
            ],
            env=environment(tmp_path) | {"FORCE_COLOR": "1"},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        if not last:
            time.sleep(random.uniform(10, 60))
            os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        assert process.returncode == (0 if last else -signal.SIGKILL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak < MOST_MEMORY
    assert f"Published: {POSTS}." in said.decode()
    _is_whole(tmp_path, export)


def _is_whole(folder: Path, export: Path) -> None:
    """Whether everything of the export is there, once."""
    posts = [one for one in read(export, "sv").found if isinstance(one, Incoming)]
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with Session(engine) as db:
        shown = select(func.count()).where(ShownPicture.revision_id == Post.live_id)
        rows = db.execute(
            select(Provenance.key, Revision.title, Revision.dated, shown.scalar_subquery())
            .join(Post, Post.id == Provenance.post_id)
            .join(Revision, Revision.id == Post.live_id)
        )
        assert Counter(map(tuple, rows)) == Counter(
            (one.key, one.content.title, one.content.dated, len(one.pictures)) for one in posts
        )
        assert db.scalar(select(func.count()).select_from(Post)) == POSTS
        assert db.scalar(select(func.count()).select_from(Revision)) == POSTS
        assert db.scalar(select(func.count()).select_from(Person)) == 12
        pictures = sum(len(one.pictures) for one in posts)
        assert db.scalar(select(func.count()).select_from(Picture)) == pictures
        led = {(one.slug, one.target_id) for one in db.scalars(select(Alias))}
        assert len({target for _, target in led}) == POSTS
        order = select(Post.dated).order_by(Post.sequence)
        assert (days := [*db.scalars(order)]) == sorted(days)
        kept = {one.key for one in LocalStorage(folder / "uploads").keys()}  # noqa: SIM118
        keys = select(Picture.original_key).union(select(Rendition.key))
        assert kept == {*db.scalars(keys)}
    engine.dispose()
