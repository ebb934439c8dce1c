"""`diary export --as book` and `--as sheet`: the journey as EPUB and PDF, a month for the wall."""

from collections.abc import Callable, Mapping
from functools import partial

import click

from diary.cli.downloads import clock
from diary.cli.export import Order
from diary.cli.export_wish import read_wish
from diary.portability import book_epub, book_pdf, wall_sheet
from diary.portability.book import Book, Made, gather
from diary.portability.book_wish import WIDTHS, Wish
from diary.portability.source import Done
from diary.portability.typesetting import NotSet
from diary.text.plain import slug

FORMS = {".epub": book_epub.write, ".pdf": book_pdf.write}


def write_book(order: Order) -> Done:
    """An EPUB or a PDF by the goal's suffix; both in a folder where it has none."""
    book = _gathered(order, read_wish(order.wished))
    if suffix := order.goal.suffix.lower():
        return _written(order, book, {"": FORMS[suffix]})
    return _written(order, book, FORMS)


def write_sheet(order: Order) -> Done:
    """A PDF on the paper that was asked for; on each of them where the goal has no suffix."""
    wished = order.wished
    book = _gathered(order, read_wish(wished))
    if order.settings.base_url is None:
        click.echo("The codes lead to this machine alone: set DIARY_BASE_URL first.", err=True)
    if order.goal.suffix:
        return _written(order, book, {"": partial(wall_sheet.write, wished["paper"] or "a3")})
    papers = {
        f"-{wished['month']}-{paper}.pdf": partial(wall_sheet.write, paper) for paper in WIDTHS
    }
    return _written(order, book, papers)


def _gathered(order: Order, wish: Wish) -> Book:
    today = clock().astimezone(order.settings.zone).date()
    book = gather(order.diary, wish, today)
    if not book.chapters:
        raise click.ClickException("No public post is in it. Nothing was written.")
    return book


def _written(order: Order, book: Book, forms: Mapping[str, Callable[..., Made]]) -> Done:
    """Each form by the ending of its name; the one without an ending is the goal itself."""
    told, made = order.goes_on, list[Made]()
    if "" not in forms:
        order.path.mkdir()
    for ending, write in forms.items():
        name = f"{slug(book.title, 60) or 'diary'}{ending}"
        path = order.path / name if ending else order.path
        try:
            made.append(write(book, order.diary.store, path, clock(), told))
        except NotSet as error:
            raise click.ClickException(f"{error} Nothing was written.") from error
        told = _once
    missing = dict.fromkeys(key for one in made for key in one.missing)
    if lacking := max(one.lacking for one in made):
        click.echo(f"{lacking} characters that no font has are left out of the PDF.", err=True)
    return Done({}, len(list(book.entries)), made[0].pictures, tuple(missing))


def _once() -> None:
    """The second form of a book counts no posts."""
