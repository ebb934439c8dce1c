"""The whole demonstration frozen: a link checker finds every post and picture and no dead link, and
every page passes the Nu HTML checker."""

from pathlib import Path

import pytest
from sqlalchemy import select

from diary.models import Picture, Post, ShownPicture, Status, make_engine, make_sessions
from tests.cli.test_commands import diary
from tests.cli.test_export_site import HOME, export
from tests.links import walk
from tests.nu import errors

pytestmark = pytest.mark.drill

LONGEST = 150
"""Characters of a path: Windows takes 259, of which a folder such as Downloads has its part."""


def test_the_demonstration_is_whole_without_a_server(tmp_path: Path) -> None:
    assert diary(tmp_path, "demo", "--only-build").returncode == 0
    folder, site = tmp_path / "instance/demo", tmp_path / "site"
    export(folder, site)
    engine = make_engine(f"sqlite:///{folder / 'diary.db'}")
    with make_sessions(engine)() as db:
        slugs = db.scalars(select(Post.slug).where(Post.status == Status.PUBLISHED)).all()
        shown = (
            select(Picture.token)
            .join(ShownPicture)
            .join(Post, Post.live_id == ShownPicture.revision_id)
        )
        tokens = set(db.scalars(shown.where(Post.status == Status.PUBLISHED)))
    engine.dispose()
    walked = walk(site, HOME)
    assert walked.dead == []
    assert len(slugs) == 176
    assert {f"posts/{slug}/index.html" for slug in slugs} <= walked.reached
    assert {file.split("/")[1] for file in walked.reached if file.startswith("pictures/")} == tokens
    files = [file.relative_to(site).as_posix() for file in site.rglob("*")]
    assert len({file.lower() for file in files}) == len(files)  # Windows tells no case apart
    assert max(map(len, files)) < LONGEST
    assert errors(site.rglob("*.html")) == []
