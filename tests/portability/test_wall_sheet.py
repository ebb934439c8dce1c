"""A month for the wall: each post has a code that leads to it, as many as there are."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import short_path
from diary.media.storage import Storage
from diary.models import Account, Lab
from diary.portability.book import gather
from diary.portability.book_wish import Wish
from diary.portability.source import Source
from diary.portability.typesetting import bench
from diary.portability.wall_sheet import Drawing, write
from tests.builders import NOW, a_post

HOME = "https://dagbok.example.org"
MAY = Wish(start=date(2019, 5, 1), end=date(2019, 6, 1))


@pytest.fixture
def source(sessions: sessionmaker[Session], store: Storage) -> Source:
    """The diary that sheets are made of."""
    return Source(sessions, store, HOME)


def a_month(db: Session, alice: Account, store: Storage, posts: int) -> set[str]:
    """So many posts, every third without a picture: their short addresses."""
    long = "Ord " * 400
    made = [
        a_post(
            db, alice, store=store, pictures=n % 3, dated=date(2019, 5, n + 1), body=long,
            title="Donaudampfschifffahrtsgesellschaftskapitänsmütze" if n == 1 else f"Inlägg {n}",
        )
        for n in range(posts)
    ]  # fmt: skip
    db.commit()
    return {HOME + short_path(post.short) for post in made}


@pytest.mark.parametrize(("paper", "posts"), [("a3", 1), ("a3", 7), ("a4", 9)])
def test_each_code_leads_to_its_post(
    db: Session, alice: Account, lab: Lab, store: Storage, source: Source, paper: str, posts: int
) -> None:
    addresses = a_month(db, alice, store, posts)
    with bench() as table:
        drawing = Drawing(gather(source, MAY, NOW.date()), paper, store, table)
        table.put("sheet.json", drawing.values(lambda: None))
        drawn = table.draw("sheet.typ", 150)
    sheet = Image.open(BytesIO(drawn)).convert("L")
    found = zxingcpp.read_barcodes(sheet)  # a picture may look like a code of another kind
    codes = {code.text for code in found if code.format == zxingcpp.BarcodeFormat.QRCode}
    assert codes == {*addresses, f"{HOME}/"}


def test_what_does_not_fit_comes_on_a_second_sheet(
    db: Session, alice: Account, lab: Lab, store: Storage, source: Source, tmp_path: Path
) -> None:
    a_month(db, alice, store, 17)
    write("a3", gather(source, MAY, NOW.date()), store, tmp_path / "s.pdf", NOW, lambda: None)
    pages = PdfReader(tmp_path / "s.pdf").pages
    assert len(pages) == 2
    assert "Inlägg 16" in pages[1].extract_text()
    assert pages[0].mediabox.width < pages[0].mediabox.height
