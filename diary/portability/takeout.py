"""All that somebody has written here, with their pictures, as one zip file of plain files; for
those who answer for the diary, all that is known of anybody, with an account or without.

First `gather` reads the rows; then `write` fetches one picture at a time, with no transaction
open, so that neither many pictures nor a slow disk cost memory or hold anybody up.
"""

import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

import frontmatter
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from diary.addresses import post_path
from diary.domain.content import BylineContent, Content, PictureContent, from_json, same
from diary.domain.revisions import content_of, newest
from diary.media.storage import NotStored, Storage
from diary.models import (
    Account,
    Card,
    Consent,
    Device,
    Event,
    Lab,
    Message,
    Method,
    Passkey,
    Person,
    Picture,
    Post,
    Revision,
    StandingConsent,
    Status,
    WorkingCopy,
)
from diary.models.engine import Base
from diary.queries.posts import NOT_TAKEN_AWAY, SAID_YES, by_person
from diary.queries.traces import PERSON, POST, TABLES, Trace
from diary.text.markdown import heading_of
from diary.text.plain import free, slug

Address = Callable[[str], str]
"""Makes a path of the diary an address that holds outside it."""


FIELDS = {
    "consent": ("claim", "claimed_at", "decision", "decided_at", "from_whom", "given", "use",
                "until", "withdrawn_at"),
    "standing": ("name", "guardian", "given", "use", "until", "made_at", "withdrawn_at"),
    "never": ("name", "note", "made_at"),
    "request": ("words", "contact", "at", "answer_by", "decided_at", "recalled", "answer"),
    "sender": ("contact", "at"),
    "invitation": ("note", "created_at", "expires_at"),
    "subscriber": ("email", "lang", "pace", "confirmed_at", "stopped_at"),
    "mail": ("recipient", "subject", "body", "queued_at"),
}  # fmt: skip
"""What is told of a row where a name stands, by its kind."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes into the zip: texts by their path, and per path the key of a stored file.

    `pictures` are the ids of those in it.
    """

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)


def gather(session: Session, person_id: int, address: Address) -> Parcel:
    """All of a person's: the posts of their account, and those that are out under their name."""
    person = session.get_one(Person, person_id)
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    parcel, talk = Parcel(), list[dict[str, Any]]()
    folders: set[str] = set()
    for post, contents in _posts(session, person_id, account):
        own = account is not None and post.owner_id == account.id
        first = contents["post.md"]
        heading = slug(heading_of(first.title, first.body), 50)
        folder = free(f"{first.dated}-{heading or post.short}", folders.__contains__)
        folders.add(folder)
        names = _pictures(session, post, contents.values(), parcel, folder, own=own)
        for name, content in contents.items():
            head = _head(session, post, content, address)
            head["pictures"] = [
                _picture(session, picture, names[picture.token], own=own)
                for picture in content.pictures
                if picture.token in names
            ]
            parcel.texts[f"{folder}/{name}"] = _markdown(head, content.body)
        if account and own:
            talk += ({"post": folder, **said} for said in _talk(session, post, account))
    known = _person(person, address) | (_account(session, account) if account else {})
    parcel.texts["account.json"] = _json(known)
    parcel.texts["talk.json"] = _json(talk)
    return parcel


def gather_traces(session: Session, chosen: Iterable[Trace], address: Address) -> Parcel:
    """What is known of somebody, as it was chosen among what carries their name."""
    parcel, rows = Parcel(), defaultdict[str, list[dict[str, Any]]](list)
    for one in chosen:
        if one.kind == PERSON:
            _add(parcel, gather(session, one.id, address), str(one))
        elif one.kind == POST:
            post = session.get_one(Post, one.id)
            sent = post.waiting_id or post.live_id
            revision = session.get_one(Revision, sent) if sent else newest(session, post)
            content = content_of(session, revision)
            head = _head(session, post, content, address)
            parcel.texts[f"named/{one}.md"] = _markdown(head, content.body)
        else:
            row = session.get_one(TABLES[one.kind], one.id)
            rows[one.kind].append({name: _plain(getattr(row, name)) for name in FIELDS[one.kind]})
            _add_files(session, parcel, row)
    parcel.texts["named.json"] = _json(rows)
    return parcel


def _add(parcel: Parcel, other: Parcel, folder: str) -> None:
    parcel.texts.update({f"{folder}/{path}": text for path, text in other.texts.items()})
    parcel.files.update({f"{folder}/{path}": key for path, key in other.files.items()})
    parcel.pictures.extend(other.pictures)


def _add_files(session: Session, parcel: Parcel, row: Base) -> None:
    """The picture that a consent is for, and the scan of a form."""
    if isinstance(row, Consent):
        picture = session.get_one(Picture, row.picture_id)
        if picture.recalled_at is None:
            extension = picture.original_key.rpartition(".")[2]
            parcel.files[f"named/picture-{picture.id}.{extension}"] = picture.original_key
            parcel.pictures.append(picture.id)
    elif isinstance(row, StandingConsent) and row.scan_key:
        extension = row.scan_key.rpartition(".")[2]
        parcel.files[f"named/form-{row.id}.{extension}"] = row.scan_key


def write(file: IO[bytes], parcel: Parcel, store: Storage, readme: str, now: datetime) -> None:
    """Write the zip; a picture whose file is missing is left out."""
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {"README.txt": readme, **parcel.texts}.items():
            archive.writestr(_entry(path, now), text.encode(), zipfile.ZIP_DEFLATED)
        for path, key in parcel.files.items():
            try:
                data = store.get(key)
            except NotStored:
                continue
            archive.writestr(_entry(path, now), data, zipfile.ZIP_STORED)


def _entry(path: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, now.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# ---------------------------------------------------------------- posts


def _posts(
    session: Session, person_id: int, account: Account | None
) -> Iterable[tuple[Post, dict[str, Content]]]:
    signed: Select[Post, Revision] = by_person(person_id)
    if account is not None:
        own = select(Post).where(Post.owner_id == account.id).order_by(Post.dated, Post.id)
        for post in session.scalars(own):
            yield post, _own_words(session, account, post)
        signed = signed.where(Post.owner_id.is_distinct_from(account.id))
    for post, revision in session.execute(signed.order_by(Post.dated, Post.id)):
        yield post, {"post.md": content_of(session, revision)}


def _own_words(session: Session, account: Account, post: Post) -> dict[str, Content]:
    """The newest words; where others are out, those, and the newest beside them."""
    written = session.scalar(
        select(WorkingCopy).where(
            WorkingCopy.post_id == post.id, WorkingCopy.account_id == account.id
        )
    )
    last = from_json(written.content) if written else content_of(session, newest(session, post))
    if post.status is not Status.PUBLISHED:
        return {"post.md": last}
    out = content_of(session, session.get_one(Revision, post.live_id or 0))
    return {"post.md": out} | ({} if same(last, out) else {"changes.md": last})


def _markdown(head: dict[str, Any], body: str) -> str:
    told = {key: value for key, value in head.items() if value not in ("", [], {}, None)}
    return frontmatter.dumps(frontmatter.Post(body, **told), sort_keys=False) + "\n"


def _head(session: Session, post: Post, content: Content, address: Address) -> dict[str, Any]:
    """What stands above a text; enums and times as plain words."""
    lab = session.scalar(select(Lab.name).where(Lab.slug == content.lab))
    methods = select(Method.name).where(Method.slug.in_(content.methods)).order_by(Method.position)
    return {
        "title": content.title,
        "day": content.dated,
        "precision": str(content.precision),
        "language": content.lang,
        "line": content.gist,
        "lab": lab,
        "methods": list(session.scalars(methods)),
        "voice": str(content.voice or ""),
        "inspired_by": address(content.inspired_by) if content.inspired_by else "",
        "bylines": [_byline(one) for one in content.bylines],
        "scribe": content.scribe,
        "second_text": {
            "kind": str(content.second_kind or ""),
            "language": content.second_lang,
            "text": content.second_body,
        }
        if content.second_body
        else {},
        "status": str(post.status),
        "sent": _said(post.submitted_at),
        "published": _said(post.published_at),
        "address": address(post_path(post.slug)) if post.slug else "",
        "uid": str(post.uid),
    }


def _byline(one: BylineContent) -> dict[str, str]:
    return {"name": one.name, "role": one.role, "kind": str(one.kind)}


def _said(at: datetime | date | None) -> str:
    return at.isoformat() if at else ""


# ---------------------------------------------------------------- pictures


def _pictures(
    session: Session,
    post: Post,
    contents: Iterable[Content],
    parcel: Parcel,
    folder: str,
    *,
    own: bool,
) -> dict[str, str]:
    """Puts the pictures into the parcel: those shown in their order, then others of one's own.

    Returns the names of their files by token.
    """
    statement = select(Picture).where(Picture.post_id == post.id, *NOT_TAKEN_AWAY)
    if not own:
        statement = statement.join(Consent, Consent.picture_id == Picture.id).where(SAID_YES)
    known = {picture.token: picture for picture in session.scalars(statement)}
    shown = [one.token for content in contents for one in content.pictures]
    wanted = dict.fromkeys([*shown, *(known if own else ())])
    names: dict[str, str] = {}
    for picture in (known[token] for token in wanted if token in known):
        extension = picture.original_key.rpartition(".")[2]
        names[picture.token] = f"picture-{len(names) + 1}.{extension}"
        parcel.files[f"{folder}/{names[picture.token]}"] = picture.original_key
        parcel.pictures.append(picture.id)
    return names


def _picture(session: Session, written: PictureContent, name: str, *, own: bool) -> dict[str, Any]:
    """A picture as a post has it; what was claimed of the people in it is the writer's alone."""
    told: dict[str, Any] = {
        "file": name,
        "alt": written.alt,
        "caption": written.caption,
        "credit": written.credit,
        "link": written.link,
    }
    if own:
        claimed = select(Consent.claimed_at).join(Picture).where(Picture.token == written.token)
        told |= {"claim": str(written.claim), "claimed": _said(session.scalar(claimed))}
    return {key: value for key, value in told.items() if value}


# ---------------------------------------------------------------- the account, the talk


def _person(person: Person, address: Address) -> dict[str, Any]:
    return {
        "name": person.name,
        "role": person.role,
        "kind": str(person.kind),
        "under_18": person.minor,
        "page": address(f"/authors/{person.slug}") if person.slug else None,
    }


def _account(session: Session, account: Account) -> dict[str, Any]:
    lists: dict[str, tuple[Any, tuple[str, ...]]] = {
        "devices": (Device, ("name", "made_at", "seen_on", "revoked_at")),
        "cards": (Card, ("issued_at", "revoked_at")),
        "passkeys": (Passkey, ("name", "made_at", "used_at")),
    }
    return {
        "user_name": account.username,
        "address": account.email,
        "language": account.language,
        "may": str(account.role),
        "looks_after": [lab.name for lab in account.labs],
        "joined": _said(account.created_at),
        "promised": _said(account.promised_at),
        "asked_to_be_forgotten": _said(account.forget_asked_at),
    } | {
        name: [
            {key: _plain(getattr(row, key)) for key in keys}
            for row in session.scalars(
                select(table).where(table.account_id == account.id).order_by(table.id)
            )
        ]
        for name, (table, keys) in lists.items()
    }


def _plain(value: str | bool | date | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, date) else value


def _talk(session: Session, post: Post, account: Account) -> Iterable[dict[str, str]]:
    """What was asked and answered about a post; who asked is not told."""
    statement = (
        select(Event, Message.words)
        .outerjoin(Message, Event.message_id == Message.id)
        .where(Event.post_id == post.id)
        .where(Event.message_id.is_not(None) | Event.reason.is_not(None))
        .order_by(Event.id)
    )
    for event, words in session.execute(statement):
        yield {
            "at": event.at.isoformat(),
            "from": "you" if event.actor_id == account.id else "moderator",
            "question": event.reason or "",
            "words": words or "",
        }
