"""`diary export --as bag`: the judge of bags finds it valid, and the site in it is whole."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import bagit
import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator

from diary.domain.settings import put
from diary.media.storage import open_storage
from diary.models import (
    Alias,
    Handout,
    Picture,
    Post,
    Status,
    begin_writing,
    make_engine,
    make_sessions,
)
from diary.portability.wacz import Reader, Record, key
from tests.builders import a_lab, a_method, a_post, an_account
from tests.cli.test_commands import diary
from tests.conftest import settings_in

HOME = "https://dagboken.example"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """A diary of three posts, the first of which has old addresses, beside its bag."""
    folder = tmp_path_factory.mktemp("archived")
    shutil.copy(migrated, folder / "diary.db")
    settings = settings_in(folder)
    engine = make_engine(settings.database_url)
    with make_sessions(engine)() as db:
        begin_writing(db)
        a_lab(db), a_method(db)
        alice, store = an_account(db, "alice"), open_storage(settings.storage_url)
        contact = {"contact_name": "Petra", "contact_phone": "070-174 06 32"}
        put(db, {"title": "Grannarna", "controller": "Boden AB\n556000-0000", **contact})
        for n in range(3):
            post = a_post(
                db, alice, Status.PUBLISHED, pictures=n % 2 + 1, store=store, title=f"Dag {n} å",
                body="Vi sjöng. [Skriv](/write)", lab="boden", methods=("kor",),
            )  # fmt: skip
            if n == 0:
                db.add(Alias(kind="post", slug="2019/05/gammal", target_id=post.id))
        db.commit()
    engine.dispose()
    assert "3 posts and 4 pictures written to bag." in export(folder)
    return folder


def export(folder: Path, status: int = 0) -> str:
    done = diary(folder, "export", "bag", "--as", "bag", "--to", "Arkivet", DIARY_BASE_URL=HOME)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(place: Path) -> dict[str, Record]:
    """What the site in it answered, by address."""
    found = list(Reader(place / "bag/data/site.wacz").records())
    records = {one.url: one for one in found}
    assert len(records) == len(found)
    return records


@pytest.fixture
def db(place: Path) -> Iterator[Session]:
    engine = make_engine(settings_in(place).database_url)
    with make_sessions(engine)() as session:
        yield session
    engine.dispose()


def test_the_judge_of_bags_finds_it_valid(place: Path) -> None:
    bag = bagit.Bag(str(place / "bag"))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["Contact-Name"] == "Petra"
    assert bag.info["Source-Organization"] == "Boden AB 556000-0000"
    assert HOME in bag.info["External-Description"]
    names = {path.name for path in (place / "bag/data").iterdir()}
    assert names == {"README.txt", "folder", "site.wacz", "book.epub"}


def test_a_changed_byte_is_found(place: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(place / "bag", tmp_path / "bag")
    file = next((copy / "data/folder").rglob("*.md"))
    file.write_bytes(file.read_bytes().replace(b"j", b"k", 1))
    with pytest.raises(bagit.BagValidationError, match="sha512"):
        bagit.Bag(str(copy)).validate()


def test_the_readme_says_how_it_is_checked_and_shown(place: Path) -> None:
    readme = (place / "bag/data/README.txt").read_text("utf-8")
    assert "3 inlägg och 4 bilder" in readme
    assert "Kontakt: Petra, 070-174 06 32" in readme
    assert f"http://localhost:8080/dagbok/{HOME}/" in readme
    assert "$" not in readme


def test_every_post_and_picture_is_in_the_site(site: dict[str, Record], db: Session) -> None:
    posts = db.scalars(select(Post)).all()
    for post in posts:
        for folder in ("", "/en", "/ar"):
            record = site[f"{HOME}{folder}/posts/{post.slug}"]
            assert record.status.startswith("200")
            assert "Vi sjöng." in record.body.decode()
        assert site[f"{HOME}/p/{post.short}"].status.startswith("30")
    old = site[f"{HOME}/2019/05/gammal"]
    assert old.status.startswith("301")
    assert urljoin(HOME, dict(old.headers)["Location"]) == f"{HOME}/posts/{posts[0].slug}"
    for token in db.scalars(select(Picture.token)):
        renditions = [url for url in site if url.startswith(f"{HOME}/pictures/{token}/")]
        assert renditions
        assert all(site[url].media_type.startswith("image/") for url in renditions)
    kinds = {record.media_type for record in site.values()}
    assert {"application/atom+xml", "text/css", "font/woff2", "text/javascript"} <= kinds


def test_no_link_leads_out_of_the_site(site: dict[str, Record]) -> None:
    there = {key(url) for url in site}
    for page in site.values():
        if page.media_type != "text/html" or not page.body:
            continue
        for element in html.fromstring(page.body).iter("a", "link", "img", "script"):
            link = urljoin(page.url, element.get("href") or element.get("src") or "")
            if link.startswith(HOME):
                assert key(link) in there, (page.url, link)


def test_index_pages_and_checksums_tell_what_is_there(place: Path, site: dict[str, Record]) -> None:
    with zipfile.ZipFile(place / "bag/data/site.wacz") as archive:
        package = json.loads(archive.read("datapackage.json"))
        for one in package["resources"]:
            data = archive.read(one["path"])
            assert one["bytes"] == len(data)
            assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        paths = {one["path"] for one in package["resources"]}
        assert paths | {"datapackage.json", "datapackage-digest.json"} == set(archive.namelist())
        digest = json.loads(archive.read("datapackage-digest.json"))
        said = hashlib.sha256(archive.read("datapackage.json")).hexdigest()
        assert digest == {"path": "datapackage.json", "hash": f"sha256:{said}"}
        lines = archive.read("indexes/index.cdx").decode().splitlines()
        assert lines == sorted(lines)
        assert len(lines) == len(site)
        for line in lines[:: len(lines) // 9]:
            told = json.loads(line.split(" ", 2)[2])
            with archive.open(f"archive/{told['filename']}") as warc:
                warc.seek(int(told["offset"]))
                record = next(iter(ArchiveIterator(warc, check_digests="raise")))
                assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
        head, *pages = map(json.loads, archive.read("pages/pages.jsonl").splitlines())
        assert head["format"] == "json-pages-1.0"
        assert {page["url"] for page in pages} <= site.keys()
        assert f"{HOME}/" in {page["url"] for page in pages}


def test_it_is_noted_with_its_pictures(db: Session) -> None:
    handout = db.scalars(select(Handout)).one()
    assert (handout.kind, handout.receiver, handout.pictures) == ("bag", "Arkivet", 4)


def test_nothing_that_stands_there_is_overwritten(place: Path) -> None:
    before = (place / "bag/bag-info.txt").read_bytes()
    assert "is there already" in export(place, status=2)
    assert (place / "bag/bag-info.txt").read_bytes() == before
    assert not list(place.glob(".unfinished-*"))


def test_a_diary_without_a_post_can_be_bagged(tmp_path: Path) -> None:
    assert diary(tmp_path, "upgrade").returncode == 0
    export(tmp_path)
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    assert not (tmp_path / "bag/data/book.epub").exists()
