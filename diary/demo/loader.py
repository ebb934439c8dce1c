"""Builds the demonstration: places, ways of working, accounts, 176 posts and a queue."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from multiprocessing import get_context
from typing import Any

import frontmatter
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.addresses import new_short, post_path, uid_of
from diary.demo.content import FOLDER, Author, Source, journey, load_yaml, queue
from diary.demo.drawing import draw
from diary.domain.accounts import hasher, normal
from diary.domain.content import BylineContent, Content, PictureContent
from diary.domain.fitting import person
from diary.domain.importing import NOON
from diary.domain.journal import record
from diary.domain.pictures import add_picture, store_files
from diary.domain.publishing import go_public
from diary.domain.reconstruction import to_json
from diary.domain.revisions import snapshot
from diary.domain.settings import FOREWORD, put
from diary.media.images import Prepared, from_image
from diary.media.storage import Storage
from diary.models import (
    Account,
    Consent,
    Decision,
    FocusArea,
    Lab,
    Method,
    Page,
    Person,
    Post,
    Provenance,
    Role,
    Status,
    begin_writing,
)

PASSWORD = "share-stories"  # noqa: S105 (shown on the demonstration's login page)
SIZE = (1200, 900)
COLOURS = {"boden": "blue", "rannebergen": "red", "portalen": "plum", "lina-hage": "green"}


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the loader works with; `progress` is told after each post how many are done."""

    sessions: sessionmaker[Session]
    store: Storage
    now: datetime
    progress: Callable[[int, int], object]


def build(shop: Workshop) -> None:
    """Make whatever of the demonstration is not there yet.

    Each post is one transaction and the posts come in order, so that a build that was killed
    goes on where it stopped and ends in the same diary.
    """
    with shop.sessions() as session:
        begin_writing(session)
        _found_the_house(session, shop.now)
        session.commit()
        kept = set(session.scalars(select(Provenance.key)))
        session.rollback()
    posts = journey()
    # What waits was sent days ago: it comes first, so that the journal runs in order of time.
    waiting = sorted(queue(), key=lambda source: -source.sent_days_ago)
    missing = [source for source in [*waiting, *posts] if source.key not in kept]
    total = len(posts) + len(waiting)
    done = total - len(missing)
    for source, prepared in _drawn(missing):
        for picture in prepared:
            store_files(shop.store, picture)
        with shop.sessions() as session:
            begin_writing(session)
            _add(session, source, prepared, shop.now)
            session.commit()
        done += 1
        shop.progress(done, total)


def _drawn(sources: list[Source]) -> Iterator[tuple[Source, list[Prepared]]]:
    """The sources with their pictures drawn, on all cores, in the sources' order."""
    if not sources:
        return
    jobs = [
        (drawing.scene, source.lab, f"{source.key}/{number}")
        for source in sources
        for number, drawing in enumerate(source.drawings)
    ]
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        pictures = pool.map(_draw, jobs, chunksize=4)
        for source in sources:
            yield source, [next(pictures) for _ in source.drawings]


def _draw(job: tuple[str, str, str]) -> Prepared:
    return from_image(draw(*job, size=SIZE))


# ---------------------------------------------------------------- posts


def _add(session: Session, source: Source, prepared: list[Prepared], now: datetime) -> None:
    account = _account(session, source.account)
    post = Post(
        uid=uid_of(source.key),
        short=new_short(),
        owner_id=account.id if account else None,
        dated=source.dated,
        precision=source.precision,
        created_at=now,
        status=Status.DRAFT,
        provenance=Provenance(
            origin=source.origin,
            key=source.key,
            source_url=source.source_url,
            seen_on=source.seen_on,
            evidence=to_json(source.evidence),
        ),
    )
    session.add(post)
    session.flush()
    content = _content(session, source, post, prepared, now)
    revision = snapshot(session, post, content, now, account_id=post.owner_id)
    if source.sent_days_ago:
        post.waiting_id = revision.id
        post.submitted_at = now - timedelta(days=source.sent_days_ago)
        post.status = Status.SUBMITTED
        action = "submit"
    else:
        published_at = datetime.combine(source.dated, NOON)
        go_public(
            session, post, revision, now, zone=None, published_at=published_at, slug=source.slug
        )
        post.status = Status.PUBLISHED
        action = "import"
    at = post.submitted_at or now
    record(session, action, at, actor_id=post.owner_id, post_id=post.id, revision_id=revision.id)


def _content(
    session: Session, source: Source, post: Post, prepared: list[Prepared], now: datetime
) -> Content:
    bylines = tuple(
        BylineContent(
            author.name, author.role, author.kind, _person(session, author, now, source.lab).id
        )
        for author in source.authors
    )
    return Content(
        dated=source.dated,
        title=source.title,
        body=source.body,
        lang=source.lang,
        gist=source.gist,
        precision=source.precision,
        lab=source.lab,
        methods=source.methods,
        voice=source.voice,
        inspired_by=post_path(source.inspired_by[11:]) if source.inspired_by else "",
        bylines=bylines,
        pictures=tuple(_pictures(session, source, post, prepared, now)),
    )


def _pictures(
    session: Session, source: Source, post: Post, prepared: list[Prepared], now: datetime
) -> Iterator[PictureContent]:
    for drawing, picture in zip(source.drawings, prepared, strict=True):
        row = add_picture(session, post, picture, now, account_id=post.owner_id)
        consent = session.get_one(Consent, row.id)
        consent.claim = drawing.claim
        if not source.sent_days_ago:  # it is out, and nobody can be recognised in a drawing
            consent.decision, consent.decided_at = Decision.NOBODY, now
        yield PictureContent(row.token, drawing.alt, drawing.caption, claim=drawing.claim)


def _person(session: Session, author: Author, now: datetime, lab: str) -> Person:
    """Somebody of the register, known to `import --from pages` too, or a character: each name is
    one person within its own world."""
    world = "pages" if author.real else "example"
    return person(session, world, BylineContent(author.name, author.role, author.kind), now, lab)


def _account(session: Session, username: str) -> Account | None:
    return session.scalar(select(Account).where(Account.username == username))


# ---------------------------------------------------------------- the house around them


def _found_the_house(session: Session, now: datetime) -> None:
    """Everything but the posts; what is there already stays as people have left it."""
    if session.scalar(select(Lab.id).limit(1)) is not None:
        return
    areas = {item["slug"]: _focus_area(n, item) for n, item in enumerate(load_yaml("focus_areas"))}
    labs = {item["slug"]: _lab(n, item, areas) for n, item in enumerate(load_yaml("labs"))}
    session.add_all([*areas.values(), *labs.values()])
    session.add_all(_method(n, item, labs) for n, item in enumerate(load_yaml("methods")))
    session.flush()
    put(session, _settings(load_yaml("diary")))
    for slug, lang in product(("about", FOREWORD), ("sv", "en", "ar")):
        body = frontmatter.loads((FOLDER / f"{slug}.{lang}.md").read_text("utf-8")).content
        session.add(Page(slug=slug, lang=lang, body=body, changed_at=now))
    for item in load_yaml("accounts"):
        session.add(_login(session, item, labs, now))


def _focus_area(position: int, item: dict[str, object]) -> FocusArea:
    slug = str(item["slug"])
    return FocusArea(uid=uid_of(f"focus/{slug}"), slug=slug, names=item["name"], position=position)


def _lab(position: int, item: dict[str, object], areas: dict[str, FocusArea]) -> Lab:
    slug = str(item["slug"])
    return Lab(
        uid=uid_of(f"lab/{slug}"),
        slug=slug,
        name=item["name"],
        short_names=item["short"],
        place=item["place"],
        colour=COLOURS[slug],
        summaries=item["summary"],
        descriptions=item["description"],
        results=_list_of_results(item["results"]),
        partners=item["partners"],
        sources=_sources(item),
        started=date(int(str(item["started"])), 1, 1),
        ended=date(int(str(item["ended"])), 12, 31),
        position=position,
        focus_areas=[areas[str(area)] for area in _items(item["focus_areas"])],
    )


def _list_of_results(results: object) -> dict[str, str]:
    """Results, one by one in each language, as a Markdown list per language."""
    lines: dict[str, list[str]] = {}
    for result in _items(results):
        for lang, text in dict(result).items():  # type: ignore[call-overload]
            lines.setdefault(lang, []).append(f"- {text}")
    return {lang: "\n".join(items) for lang, items in lines.items()}


def _sources(item: dict[str, object]) -> list[dict[str, Any]]:
    """Where facts are published, each with all of its fields."""
    kept = ("title", "publisher", "year", "url")
    return [
        {name: str(dict(source)[name] or "") for name in kept}  # type: ignore[call-overload]
        for source in _items(item.get("sources"))
    ]


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else []


def _method(position: int, item: dict[str, object], labs: dict[str, Lab]) -> Method:
    slug = str(item["slug"])
    return Method(
        uid=uid_of(f"method/{slug}"),
        slug=slug,
        name=dict(item["name"])["sv"],  # type: ignore[call-overload]
        short_names=item["short"],
        descriptions=item["description"],
        steps=item.get("steps", {}),
        needs=item.get("needs", {}),
        sources=_sources(item),
        first_lab=labs.get(str(item["first_lab"])),
        core=item["core"],
        position=position,
    )


def _login(
    session: Session, item: dict[str, object], labs: dict[str, Lab], now: datetime
) -> Account:
    own = [labs[str(slug)] for slug in _items(item["labs"])]
    author = Author(str(item["name"]), str(item["byline_role"]), item["kind"], real=False)  # type: ignore[arg-type]
    return Account(
        person=_person(session, author, now, own[0].slug if own else ""),
        username=normal(str(item["username"])),
        password_hash=hasher.hash(PASSWORD),
        role=Role(str(item["role"])),
        trusted=item["role"] == Role.LEAD,
        labs=own if item["role"] == Role.COORDINATOR else [],
        reads=[str(lang) for lang in _items(item.get("reads"))],
        epoch=0,
        created_at=now,
        promised_at=now,
    )


def _settings(diary: dict[str, object]) -> dict[str, object]:
    """The lead's settings, from how the content file says them."""
    values: dict[str, dict[str, object]] = diary  # type: ignore[assignment]
    contact = values["contact"]
    return {
        "title": values["title"]["sv"],
        "sentence": diary["sentence"],
        "main_language": diary["main_language"],
        "licence": values["licence"]["name"],
        "licence_url": values["licence"]["url"],
        "contact_name": contact["name"],
        "contact_role": dict(contact["role"])["sv"],  # type: ignore[call-overload]
        "contact_phone": contact["phone"],
        "contact_email": contact["email"],
        "partners": [partner["name"] for partner in values["partners"]],  # type: ignore[index]
        "funder": values["funder"]["name"],
        "journey_posts": diary["journey_posts"],
        "chosen": str(uid_of(f"example/{diary['chosen']}")),
    }
