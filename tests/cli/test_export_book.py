"""`diary export --as book` and `--as sheet`: by suffix, by part, and what they refuse."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from diary.media.storage import LocalStorage
from diary.models import Account, Lab, Precision, Rendition
from tests.builders import a_post
from tests.cli.test_commands import diary


@pytest.fixture
def journey(db: Session, alice: Account, lab: Lab, store: LocalStorage) -> None:
    """A post in May, with a picture, and one in June."""
    a_post(db, alice, store=store, pictures=1, lab="boden")
    a_post(db, alice, title="Juni", dated=date(2019, 6, 2))
    db.commit()


def export(folder: Path, *arguments: str, status: int = 0) -> str:
    done = diary(folder, "export", *arguments)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.usefixtures("journey")
def test_the_suffix_decides_what_a_book_is(tmp_path: Path) -> None:
    both = tmp_path / "out/both"
    said = export(tmp_path, str(both), "--as", "book")
    assert "2 posts and 1 pictures" in said
    assert sorted(file.name for file in both.iterdir()) == ["dagboken.epub", "dagboken.pdf"]
    assert zipfile.is_zipfile(both / "dagboken.epub")
    june = tmp_path / "june.pdf"
    assert "1 posts and 0 pictures" in export(
        tmp_path, str(june), "--as", "book", "--from", "2019-06-02", "--until", "2019-06"
    )
    assert "Juni" in "".join(page.extract_text() for page in PdfReader(june).pages)


@pytest.mark.usefixtures("journey")
def test_a_sheet_is_of_the_last_month_on_both_papers(
    tmp_path: Path, db: Session, alice: Account
) -> None:
    a_post(db, alice, precision=Precision.UNKNOWN)  # stands after all months, and in none
    db.commit()
    said = export(tmp_path, str(tmp_path / "wall"), "--as", "sheet")
    assert "set DIARY_BASE_URL first" in said  # its codes would lead nowhere from a wall
    papers = {
        file.name: PdfReader(file).pages[0].mediabox for file in (tmp_path / "wall").iterdir()
    }
    sizes = {name: (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4))
             for name, box in papers.items()}  # fmt: skip
    assert sizes == {
        "dagboken-2019-06-a3.pdf": (297, 420),
        "dagboken-2019-06-a4.pdf": (210, 297),
    }


@pytest.mark.usefixtures("journey")
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("b.txt", "--as", "book"), 2, ".epub or .pdf"),
        (("b.epub", "--as", "sheet"), 2, "A sheet ends with .pdf"),
        (("b", "--as", "folder", "--lab", "boden"), 2, "--lab is nothing for --as folder"),
        (("b.pdf", "--as", "book", "--month", "2019-05"), 2, "--month is nothing for --as book"),
        (("b.pdf", "--as", "book", "--from", "maj"), 2, "Write it like 2019-05"),
        (("b.pdf", "--as", "sheet", "--month", "2019-13"), 2, "Write it like 2019-05"),
        (("b.pdf", "--as", "book", "--lab", "ingenstans"), 1, "No public post is in it."),
        (("b.pdf", "--as", "book", "--lab", "boden", "--dry-run"), 0, "1 posts, 1 pictures"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_stands_there(
    tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    before = set(tmp_path.iterdir())
    assert said in export(tmp_path, *arguments, status=status)
    assert {path for path in tmp_path.iterdir() if path.suffix in {".txt", ".pdf", ".epub"}} == (
        {path for path in before if path.suffix in {".txt", ".pdf", ".epub"}}
    )


@pytest.mark.usefixtures("journey")
def test_a_picture_whose_file_is_missing_is_told_and_left_out(
    tmp_path: Path, db: Session, store: LocalStorage
) -> None:
    for key in db.query(Rendition.key).filter_by(extension="jpg"):
        store.delete(key[0])
    db.rollback()
    said = export(tmp_path, str(tmp_path / "b.pdf"), "--as", "book", status=1)
    assert "is missing" in said
    assert len(PdfReader(tmp_path / "b.pdf").pages) > 3
