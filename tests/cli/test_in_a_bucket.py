"""The whole way of a picture on a real S3 server: in, out, shared with a public bucket, gone."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import main
from diary.cli.minding import Minding
from diary.config import Settings
from diary.domain import erasures, errands
from diary.domain.recall import take_away
from diary.domain.settings import put
from diary.media.storage import Storage, StorageAway, open_storage
from diary.models import Account, Errand, Picture, Post, PublicFile, State, Task, begin_writing
from tests.buckets import Seaweed, fetched
from tests.builders import a_photo, a_post
from tests.conftest import Browser, Clock

AWAY = "?endpoint=http://127.0.0.1:1&region=local"
"""Nobody listens there."""


@pytest.fixture
def settings(settings: Settings, bucket: str, seaweed: Seaweed) -> Settings:
    """A diary whose pictures lie in a bucket, and whose public ones in another, open to all."""
    public = seaweed.address("open")
    place = public.partition("?")[0].removeprefix("s3://")
    return replace(
        settings,
        storage_url=bucket,
        pictures_storage_url=public,
        pictures_url=f"{seaweed.endpoint}/{place}",
    )


@pytest.fixture
def picture(db: Session, store: Storage, alice: Account) -> Picture:
    """A picture that is out."""
    a_post(db, alice, store=store, pictures=1)
    db.commit()
    return db.scalars(select(Picture)).one()


def outside(settings: Settings, db: Session) -> list[str]:
    """Where readers would fetch what was copied."""
    db.rollback()  # what was seen before
    keys = db.scalars(select(PublicFile.key).where(PublicFile.there)).all()
    db.rollback()
    return [f"{settings.pictures_url}/{key}" for key in keys]


def away(settings: Settings) -> Settings:
    """The same diary while nobody answers for its files."""
    return replace(
        settings, storage_url=f"s3://diaries/x{AWAY}", pictures_storage_url=f"s3://open/x{AWAY}"
    )


def recall_it(as_lead: Browser, picture: Picture) -> int:
    address = f"/moderation/{picture.post_id}/pictures/{picture.token}/recall"
    return as_lead.post(address).status_code


def test_what_is_public_and_nothing_else_is_outside(
    settings: Settings, db: Session, store: Storage, alice: Account, picture: Picture,
    client: Browser, as_lead: Browser, clock: Clock,
) -> None:  # fmt: skip
    clock.time = datetime.now(UTC) + timedelta(hours=1)
    slug = db.scalars(select(Post.slug)).one()
    token, key = picture.token, picture.original_key
    db.rollback()
    page = client.get(f"/posts/{slug}")
    assert f'src="/pictures/{token}' in page.text
    minding = Minding(settings)
    assert minding.look()
    addresses = outside(settings, db)
    assert addresses
    assert all(isinstance(fetched(one), bytes) for one in addresses)
    assert len(list(open_storage(settings.pictures_storage_url or "").keys())) == len(addresses)
    page = client.get(f"/posts/{slug}")
    assert f"{settings.pictures_url}/pictures/{token}" in page.text
    assert (
        f"img-src 'self' blob: {settings.pictures_url}/;" in page.headers["Content-Security-Policy"]
    )
    assert recall_it(as_lead, picture) == 303
    assert minding.look()
    assert [fetched(one) for one in addresses] == [404] * len(addresses)
    assert not store.exists(key)
    db.rollback()
    assert db.scalar(select(func.count()).select_from(PublicFile)) == 0


def test_search_engines_and_other_programs_are_sent_outside_too(
    settings: Settings, db: Session, picture: Picture, client: Browser
) -> None:
    slug, token = db.scalars(select(Post.slug)).one(), picture.token
    db.rollback()
    Minding(settings).look()
    there = f"{settings.pictures_url}/pictures/{token}/"
    sitemap = client.get("/sitemap.xml").text
    assert re.findall("<image:loc>(.*?)</image:loc>", sitemap)[0].startswith(there)
    asked = {"url": f"http://localhost/posts/{slug}", "maxwidth": "640"}
    assert client.get("/oembed", query_string=asked).json["thumbnail_url"].startswith(there)  # type: ignore[index]
    page = client.get(f"/posts/{slug}").text
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["image"][0]["contentUrl"].startswith(there)
    assert isinstance(fetched(data["image"][0]["contentUrl"]), bytes)


def test_a_hidden_picture_leaves_and_comes_back(
    settings: Settings, db: Session, store: Storage, alice: Account, picture: Picture
) -> None:
    minding = Minding(settings)
    minding.look()
    addresses = outside(settings, db)
    _hide(db, picture, datetime.now(UTC))
    minding.look()
    assert {fetched(one) for one in addresses} == {404}
    _hide(db, picture, None)
    minding.look()
    assert outside(settings, db) == addresses
    assert all(isinstance(fetched(one), bytes) for one in addresses)


def _hide(db: Session, picture: Picture, when: datetime | None) -> None:
    from diary.domain.recall import tell_readers

    db.rollback()
    db.get_one(Picture, picture.id).hidden_at = when
    tell_readers(db, picture, datetime.now(UTC))
    db.commit()


def test_what_no_row_knows_is_removed_and_what_is_lost_brought_again(
    settings: Settings, db: Session, picture: Picture
) -> None:
    Minding(settings).look()
    addresses = outside(settings, db)
    public = open_storage(settings.pictures_storage_url or "")
    first = next(iter(public.keys())).key
    public.delete(first)
    public.put("pictures/stranger/1-a.jpg", b"x", "image/jpeg")
    Minding(settings).look()
    assert not public.exists("pictures/stranger/1-a.jpg")
    assert all(isinstance(fetched(one), bytes) for one in addresses)


def test_a_recall_while_the_stores_are_away_is_done_when_they_answer(
    app: object, settings: Settings, db: Session, store: Storage, picture: Picture,
    log_in: Callable[[Account], Browser], lea: Account, clock: Clock,
) -> None:  # fmt: skip
    clock.time = datetime.now(UTC) + timedelta(hours=1)
    Minding(settings).look()
    addresses, key, uid = outside(settings, db), picture.original_key, picture.uid
    db.rollback()
    lead = log_in(lea)
    services = app.extensions["diary"]  # type: ignore[attr-defined]
    app.extensions["diary"] = replace(services, store=open_storage(away(settings).storage_url))  # type: ignore[attr-defined]
    start = time.monotonic()
    assert recall_it(lead, picture) == 303
    assert time.monotonic() - start < 10
    said = " ".join(lead.get("/moderation", headers={"Accept-Language": "en"}).text.split())
    assert "still lie" not in said
    clock.pass_by(minutes=2)
    for page in ("/moderation", "/overview"):
        said = " ".join(lead.get(page, headers={"Accept-Language": "en"}).text.split())
        assert f"still lie in the public store: {len(addresses)}, since " in said
        assert "Tasks that wait for the store of pictures: " in said
    app.extensions["diary"] = services  # type: ignore[attr-defined]
    assert store.exists(key)
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Errand))
    db.rollback()
    with pytest.raises(StorageAway):
        Minding(away(settings)).look()
    assert Minding(settings).look()
    assert not store.exists(key)
    assert erasures.uids(erasures.lines(store), "picture") == (uid,)
    assert {fetched(one) for one in addresses} == {404}


def test_others_can_write_while_a_recall_waits_for_the_store(
    app: object, settings: Settings, db: Session, sessions: sessionmaker[Session],
    picture: Picture, as_lead: Browser,
) -> None:  # fmt: skip
    free: list[bool] = []

    class Asked:
        """A store that is away; whoever asks sees whether another could write meanwhile."""

        def __getattr__(self, name: str) -> Callable[..., None]:
            return self.look

        def look(self, *_what: object) -> None:
            with sessions() as other:
                begin_writing(other)
                other.execute(update(State).values(sequence=State.sequence))
                other.commit()
            free.append(True)
            raise StorageAway

    db.rollback()
    services = app.extensions["diary"]  # type: ignore[attr-defined]
    app.extensions["diary"] = replace(services, store=Asked())  # type: ignore[attr-defined]
    assert recall_it(as_lead, picture) == 303
    assert free
    with sessions() as session:
        assert set(session.scalars(select(Errand.task))) == {Task.LINE, Task.FILE}


def test_deliver_does_what_waits_for_the_stores(
    settings: Settings, db: Session, store: Storage, picture: Picture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))
    monkeypatch.setenv("DIARY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DIARY_STORAGE_URL", settings.storage_url)
    monkeypatch.setenv("DIARY_PICTURES_STORAGE_URL", str(settings.pictures_storage_url))
    monkeypatch.setenv("DIARY_PICTURES_URL", str(settings.pictures_url))
    assert CliRunner().invoke(main, ["deliver"]).exit_code == 0
    addresses, key = outside(settings, db), picture.original_key
    assert all(isinstance(fetched(one), bytes) for one in addresses)
    begin_writing(db)
    files = take_away(db, db.get_one(Picture, picture.id), datetime.now(UTC), actor_id=None)
    errands.note(db, Task.FILE, files, datetime.now(UTC) + timedelta(hours=1))
    db.commit()
    with monkeypatch.context() as nobody:
        nobody.setenv("DIARY_STORAGE_URL", away(settings).storage_url)
        nobody.setenv("DIARY_PICTURES_STORAGE_URL", str(away(settings).pictures_storage_url))
        done = CliRunner().invoke(main, ["deliver"])
        assert (done.exit_code, "wait for the store" in done.output) == (1, True), done.output
    done = CliRunner().invoke(main, ["deliver"])
    assert done.exit_code == 0, done.output
    assert {fetched(one) for one in addresses} == {404}
    assert not store.exists(key)
    assert erasures.uids(erasures.lines(store), "picture") == (picture.uid,)


def test_a_frozen_site_brings_its_pictures_out_of_the_bucket(
    settings: Settings, db: Session, picture: Picture, tmp_path: Path
) -> None:
    """In a process of its own: no fork carries along the threads of a store that was used."""
    slug, token = db.scalars(select(Post.slug)).one(), picture.token
    db.rollback()
    Minding(settings).look()
    env = {
        **os.environ,
        "DIARY_INSTANCE": str(settings.instance),
        "DIARY_DATABASE_URL": settings.database_url,
        "DIARY_STORAGE_URL": settings.storage_url,
        "DIARY_PICTURES_STORAGE_URL": str(settings.pictures_storage_url),
        "DIARY_PICTURES_URL": str(settings.pictures_url),
        "DIARY_BASE_URL": "https://dagboken.example",
    }
    command = [sys.executable, "-m", "diary", "export", str(tmp_path / "site"), "--as", "site"]
    done = subprocess.run(  # its words are below
        command, check=False, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site" / "posts" / str(slug) / "index.html").read_text()
    assert str(settings.pictures_url) not in page
    assert list((tmp_path / "site" / "pictures" / token).glob("*.webp"))


def test_pages_go_on_and_words_are_kept_while_the_store_is_away(
    app: object, settings: Settings, db: Session, picture: Picture, client: Browser,
    as_author: Browser,
) -> None:  # fmt: skip
    slug, token = db.scalars(select(Post.slug)).one(), picture.token
    db.rollback()
    services = app.extensions["diary"]  # type: ignore[attr-defined]
    app.extensions["diary"] = replace(services, store=open_storage(away(settings).storage_url))  # type: ignore[attr-defined]
    page = client.get(f"/posts/{slug}")
    assert page.status_code == 200
    address = page.text.split(f"/pictures/{token}/")[1].split('"')[0].split(" ")[0]
    shown = client.get(f"/pictures/{token}/{address}")
    assert (shown.status_code, shown.headers["Retry-After"]) == (503, "60")
    assert client.get("/readyz").status_code == 200
    photos = [(BytesIO(a_photo()), "bild.jpg")]
    form = {"title": "Behåll mig", "photos": photos, "action": "save"}
    answer = as_author.post("/write", data=form, headers={"Accept-Language": "sv"})
    assert answer.status_code == 503
    assert 'value="Behåll mig"' in answer.text
    assert "Bilden kunde inte sparas just nu." in answer.text
    photos = [(BytesIO(a_photo()), "bild.jpg")]
    begin_writing(db)
    put(db, {"journey_posts": 9})
    db.commit()
    form = {"body": "Behåll mina ord", "photos": photos, "form_key": "x"}
    answer = client.post("/archive/send-in", data=form, headers={"Accept-Language": "sv"})
    assert answer.status_code == 503
    assert "Behåll mina ord</textarea>" in answer.text
    assert "Bilden kunde inte sparas just nu." in answer.text


def test_no_server_outlives_tests_that_are_killed(seaweed: Seaweed, tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from tests.buckets import running\n"
    code += "for one in running(Path(sys.argv[1])): print(one.ports[0], flush=True), time.sleep(99)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as tests:
        port = int((tests.stdout or BytesIO()).readline())
        socket.create_connection(("127.0.0.1", port)).close()
        tests.kill()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.1)
    pytest.fail("It still answers.")


def test_no_line_of_erasures_is_lost_by_two_at_once(store: Storage) -> None:
    said = [f"{number}".encode() for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda line: store.add("erasures.jsonl", line), said))
    assert sorted(store.lines("erasures.jsonl").splitlines()) == sorted(said)


def test_a_backup_of_a_bucket_comes_back_in_a_folder_and_is_whole(
    settings: Settings, store: Storage, picture: Picture, tmp_path: Path,
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    key, data = picture.original_key, store.get(picture.original_key)
    monkeypatch.setenv("DIARY_INSTANCE", str(settings.instance))
    monkeypatch.setenv("DIARY_STORAGE_URL", settings.storage_url)
    run = CliRunner().invoke
    saved = run(main, ["backup", str(tmp_path / "archive")])
    assert saved.exit_code == 0, saved.output
    monkeypatch.setenv("DIARY_INSTANCE", str(tmp_path / "other"))
    monkeypatch.delenv("DIARY_DATABASE_URL", raising=False)
    monkeypatch.setenv("DIARY_STORAGE_URL", f"file:{tmp_path / 'other' / 'uploads'}")
    back = run(main, ["restore", str(tmp_path / "archive")])
    assert back.exit_code == 0, back.output
    assert (tmp_path / "other" / "uploads" / key).read_bytes() == data
    checked = run(main, ["check", "--mend"])
    assert (checked.exit_code, "All is well." in checked.output) == (0, True), checked.output
