"""`diary export --as site`: everything is there, no link is dead, and what changes is mended."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.cli.export_site import Visitor
from diary.domain import moderation
from diary.domain.settings import put
from diary.domain.workflow import Step
from diary.media.storage import open_storage
from diary.models import (
    Alias,
    Picture,
    Post,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_method, a_post, an_account
from tests.cli.test_commands import diary
from tests.conftest import settings_in
from tests.links import walk
from tests.nu import errors

HOME = "https://dagboken.example"


@dataclass
class Diary:
    """A diary of 21 posts in one place, the first of which has old addresses; and its folder."""

    folder: Path
    db: Session

    @property
    def posts(self) -> list[Post]:
        return list(self.db.scalars(select(Post).order_by(Post.sequence)))


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Diary]:
    folder = tmp_path_factory.mktemp("neighbours")
    shutil.copy(migrated, folder / "diary.db")
    settings = settings_in(folder)
    engine = make_engine(settings.database_url)
    with make_sessions(engine)() as db:
        begin_writing(db)
        _write(db, settings.storage_url)
        db.commit()
        yield Diary(folder, db)
    engine.dispose()


def _write(db: Session, storage_url: str) -> None:
    a_lab(db), a_method(db)
    alice, store = an_account(db, "alice"), open_storage(storage_url)
    put(db, {"title": "Grannarna", "contact_name": "Petra", "contact_phone": "070-1740632"})
    for n in range(21):
        post = a_post(
            db, alice, Status.PUBLISHED, pictures=n % 3, store=store, title=f"Dag {n}",
            body="Vi sjöng. [Skriv](/write) [här](/posts/dag-0#main)",
            lab="boden", methods=("kor",),
        )  # fmt: skip
        if n == 0:
            db.add(Alias(kind="post", slug="2019/05/gammal", target_id=post.id))
            db.add(Alias(kind="post", slug="?p=12", target_id=post.id))


def export(folder: Path, path: Path, status: int = 0) -> str:
    done = diary(folder, "export", str(path), "--as", "site", DIARY_BASE_URL=HOME)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(neighbours: Diary) -> Path:
    """Its frozen site."""
    path = neighbours.folder / "site"
    export(neighbours.folder, path)
    return path


def test_everything_is_there_and_no_link_is_dead(neighbours: Diary, site: Path) -> None:
    walked = walk(site, HOME)
    assert walked.dead == []
    for post in neighbours.posts:
        for folder in ("", "en/", "ar/"):
            assert f"{folder}posts/{post.slug}/index.html" in walked.reached
    tokens = set(neighbours.db.scalars(select(Picture.token)))
    assert tokens == {file.split("/")[1] for file in walked.reached if file.startswith("pictures/")}
    assert {link.partition(":")[0] for link in walked.outward} <= {"https", "tel", "mailto"}


def test_every_page_passes_the_nu_html_checker(site: Path) -> None:
    assert errors(site.rglob("*.html")) == []


def test_whoever_wants_to_send_something_is_told_whom_to_call(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert not re.search("<form[^>]*action", page.read_text("utf-8")), page
    post = (site / "posts/dag-0/index.html").read_text("utf-8")
    assert 'href="../../frozen/index.html">Skriv</a>' in post
    assert 'href="index.html#main">här</a>' in post
    assert 'href="tel:0701740632"' in post
    assert 'href="tel:0701740632"' in (site / "frozen/index.html").read_text("utf-8")


@pytest.mark.parametrize("lang", ["sv", "en", "ar"])
def test_every_page_says_when_it_was_frozen(site: Path, lang: str) -> None:
    folder = site if lang == "sv" else site / lang
    page = (folder / "posts/dag-0/index.html").read_text("utf-8")
    assert re.search(r'<time class="frozen-day" datetime="20\d\d-\d\d-\d\d">', page)
    assert f'<html lang="{lang}"' in page


def test_it_starts_where_a_person_looks_and_where_a_server_does(site: Path) -> None:
    assert (site / "START.html").read_bytes() == (site / "index.html").read_bytes()
    assert "START.html" in (site / "README.txt").read_text("utf-8")


def test_old_addresses_lead_on(neighbours: Diary, site: Path) -> None:
    for stub in (f"p/{neighbours.posts[0].short}", "2019/05/gammal"):
        up = "../" * (stub.count("/") + 1)
        assert f'url={up}posts/dag-0/index.html"' in (site / stub / "index.html").read_text()
    assert '"/?p=12" "/posts/dag-0/";' in (site / "rules/nginx.conf").read_text()
    apache = (site / "rules/apache.conf").read_text()
    assert 'RedirectMatch 301 "^/2019/05/gammal/?$" "/posts/dag-0/"' in apache


def test_a_second_run_writes_only_what_has_changed(
    neighbours: Diary, site: Path, tmp_path: Path
) -> None:
    folder, copy, db = neighbours.folder, tmp_path / "copy", neighbours.db
    shutil.copytree(site, copy)
    (copy / "robots.txt").write_text("of the server's own")
    (copy / "posts/of-a-run-broken-off").mkdir()
    (copy / "posts/of-a-run-broken-off/index.html").write_text("withdrawn since")
    before = written(copy)
    export(folder, copy)
    assert written(copy) == before  # nothing was asked for
    gone = neighbours.posts[-1]
    db.rollback()
    begin_writing(db)
    verdict = moderation.Verdict(Step.WITHDRAW, gone.live_id or 0, words="Nej")
    moderation.decide(db, a_lead(db), gone.id, verdict, NOW, HOUSE)
    db.commit()
    export(folder, copy)
    after = written(copy)
    assert [file for file in after if "dag-20" in file or gone.short in file] == []
    assert after["posts/dag-0/index.html"] == before["posts/dag-0/index.html"]
    assert after["index.html"] != before["index.html"]
    assert after.keys() <= before.keys()
    assert not (copy / "posts/of-a-run-broken-off").exists()
    assert "robots.txt" in after
    assert walk(copy, HOME).dead == []


def written(site: Path) -> dict[str, int]:
    """When each file was written."""
    return {
        file.relative_to(site).as_posix(): file.stat().st_mtime_ns
        for file in site.rglob("*")
        if file.is_file()
    }


def test_no_other_folder_is_written_into(tmp_path: Path) -> None:
    assert diary(tmp_path, "upgrade").returncode == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "frozen.json").write_text(json.dumps({"format": "something else"}))
    assert "is there already" in export(tmp_path, other, status=2)


def test_a_page_that_cannot_be_shown_stops_it() -> None:
    app = Flask("broken")
    app.add_url_rule("/", "home", lambda: ("no disk", 500))
    with pytest.raises(RuntimeError, match="/ cannot be shown: 500"):
        Visitor(app, HOME, date(2026, 1, 1))("/", "sv")
