"""`diary export --as book` and `--as sheet`: the journey as EPUB and PDF, a month for the wall."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from diary.cli.downloads import clock
from diary.portability import book_epub, book_pdf
from diary.portability.book import Book, Made, Wish, gather
from diary.portability.whole import Done
from diary.queries.journey import Filters, month_bounds
from diary.text.plain import slug

if TYPE_CHECKING:
    from diary.cli.export import Order

Command = TypeVar("Command", bound=Callable[..., Any])
FORMS = {".epub": book_epub.write, ".pdf": book_pdf.write}
OPTIONS = {
    "lab": click.option("--lab", default="", help="Of a book: only this lab, by its slug."),
    "method": click.option("--method", default="", help="Of a book: only this method."),
    "start": click.option(
        "--from", "start", default="", metavar="DAY", help="Of a book: from 2019-05-01 or 2019-05."
    ),
    "end": click.option(
        "--until", "end", default="", metavar="DAY", help="Of a book: until that day or month."
    ),
    "by": click.option(
        "--by",
        default="month",
        type=click.Choice(["month", "lab"]),
        help="What a book’s chapters are.",
    ),
    "lang": click.option(
        "--lang",
        default="",
        type=click.Choice(["", "sv", "en", "ar"]),
        help="What a book or sheet speaks, if not the diary’s main language.",
    ),
}


def wishes(command: Command) -> Command:
    """Give a command the options of books and sheets."""
    for option in reversed(OPTIONS.values()):
        command = option(command)
    return command


def read_wish(wished: Mapping[str, str]) -> Wish:
    """What the options ask for; raises BadParameter."""
    return Wish(
        Filters(lab=wished["lab"], method=wished["method"]),
        _day(wished["start"], "--from", date.min)[0],
        _day(wished["end"], "--until", date.max)[1],
        wished["by"],
        wished["lang"],
    )


def _day(typed: str, option: str, otherwise: date) -> tuple[date, date]:
    """The first day of what was typed, and the day after its last."""
    if not typed:
        return otherwise, otherwise
    try:
        if len(typed) == 7:
            return month_bounds(int(typed[:4]), int(typed[5:]))
        day = date.fromisoformat(typed)
    except ValueError:
        raise click.BadParameter(
            "Write it like 2019-05 or 2019-05-17.", param_hint=option
        ) from None
    return day, day + timedelta(days=1)


def write_book(order: "Order") -> Done:
    """An EPUB or a PDF by the goal's suffix; both in a folder where it has none."""
    today = clock().astimezone(order.settings.zone).date()
    book = gather(order.diary, read_wish(order.wished), today)
    if not book.chapters:
        raise click.ClickException("No public post is in it.")
    told = order.goes_on
    if order.goal.suffix:
        return _done(book, [_form(order.goal)(book, order.diary.store, order.path, clock(), told)])
    order.path.mkdir()
    name = slug(book.title, 60) or "diary"
    made = []
    for suffix, write in FORMS.items():
        made.append(write(book, order.diary.store, order.path / f"{name}{suffix}", clock(), told))
        told = _once
    return _done(book, made)


def _once() -> None:
    """The second form of a book counts no posts."""


def _form(goal: Path) -> Callable[..., Made]:
    try:
        return FORMS[goal.suffix.lower()]
    except KeyError:
        raise click.UsageError(
            "A book ends with .epub or .pdf; without either it is both."
        ) from None


def _done(book: Book, made: list[Made]) -> Done:
    missing = dict.fromkeys(key for one in made for key in one.missing)
    if lacking := max(one.lacking for one in made):
        click.echo(f"{lacking} characters that no font has are left out of the PDF.", err=True)
    return Done({}, len(list(book.entries)), made[-1].pictures, tuple(missing))
