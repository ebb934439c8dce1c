"""Letters to subscribers, composed when they are sent of what is out then."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, render_template, url_for
from flask_babel import ngettext

from diary.addresses import post_path
from diary.domain.outbox import Ready, key
from diary.feeds import absolute as absolute_within
from diary.mail import Mail
from diary.models import Outgoing, Revision, Subscriber
from diary.queries import letters, subscriptions
from diary.queries.cards import cards_of
from diary.queries.rows import PictureView, PostCard
from diary.text.plain import direction, tidy_line
from diary.web.cache import release_what_is_due
from diary.web.letters import manage_address, stop_address
from diary.web.rendering import absolute, diary_site
from diary.web.session import base_url, reading, release, services

WIDEST = 568
"""Pixels of a picture in a letter: some mail programs heed no style sheet."""


_WITHIN = re.compile(r"(?<=]\()(?:post:(?:\d{4}-\d\d-\d\d-)?([a-z0-9-]+)|(/[^)\s]*))")
"""The address of a link within the diary, as it is written."""


@dataclass(frozen=True, slots=True)
class Told:
    """A post in a letter, and its words as they were written, for the plain text."""

    card: PostCard
    written: Revision

    @property
    def body(self) -> str:
        """Its words, with addresses that hold outside the diary."""
        return _WITHIN.sub(_absolute_link, self.written.body)

    @property
    def second_body(self) -> str:
        """Those of its second text."""
        return _WITHIN.sub(_absolute_link, self.written.second_body)

    @property
    def url(self) -> str:
        """Its page."""
        return absolute(post_path(self.card.slug))

    @property
    def html(self) -> str:
        """The same as HTML."""
        return absolute_within(self.card.html, self.url)

    @property
    def second_html(self) -> str:
        """Those of its second text."""
        return absolute_within(self.card.second_html, self.url)


def _absolute_link(link: re.Match[str]) -> str:
    return absolute(post_path(link[1]) if link[1] else link[2])


class Desk:
    """The diary at work without a visitor, for whoever sends its letters."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def compose(self, mail: Outgoing) -> Ready | None:
        """A subscriber's letter in their language; None if nothing of it is out any more."""
        with self._as_a_reader(mail.lang):
            return _compose(mail)

    def release(self) -> None:
        """Let out what was scheduled, though nobody visits."""
        with self._as_a_reader("sv"):
            release_what_is_due()

    @contextmanager
    def _as_a_reader(self, lang: str) -> Iterator[None]:
        settings = self._app.extensions["diary"].settings
        address = settings.base_url or f"http://{settings.host}:{settings.port}"
        with self._app.test_request_context(
            "/", base_url=address, headers={"Accept-Language": lang}
        ):
            yield


def _compose(mail: Outgoing) -> Ready | None:
    subscriber = reading().get(Subscriber, mail.subscriber_id or 0)
    found = letters.carried(reading(), mail.id)
    if subscriber is None or not found:
        return None
    cards = cards_of(reading(), found, mail.lang)
    told = [Told(card, revision) for card, (_, revision) in zip(cards, found, strict=True)]
    subject = _subject(cards)
    words = _words(subscriber, told, mail.lang, subject)
    release()
    ready = Mail(
        key=key(mail),
        to=subscriber.email,
        subject=subject,
        body=render_template("mail/following.txt", **words).strip() + "\n",
        lang=mail.lang,
        at=mail.queued_at,
        html=render_template("mail/following.html", **words),
        headers=_headers(words["stop"]),
    )
    return Ready(ready, tuple(card.id for card in cards))


def _subject(cards: tuple[PostCard, ...]) -> str:
    title = diary_site().title
    if len(cards) == 1:
        return tidy_line(f"{cards[0].heading} – {title}")
    return tidy_line(
        ngettext(
            "%(num)s new post – %(title)s", "%(num)s new posts – %(title)s", len(cards), title=title
        )
    )


def _words(who: Subscriber, told: list[Told], lang: str, subject: str) -> dict[str, Any]:
    names = [one.name for one in subscriptions.followed(reading(), who.id)]
    return {
        "posts": told,
        "follows": names if all(names) else (),  # whoever gets all is not told of its parts
        "manage": manage_address(who.uid),
        "stop": stop_address(who.uid),
        "home": absolute(url_for("reading.home")),
        "subject": subject,
        "site": diary_site(),
        "lang": lang,
        "dir": direction(lang),
        "fitted": fitted,
    }


def fitted(picture: PictureView) -> tuple[int, int]:
    """Width and height of a picture in a letter."""
    size = picture.jpeg
    width = min(size.width, WIDEST)
    return width, round(size.height * width / size.width)


def _headers(stop: str) -> tuple[tuple[str, str], ...]:
    """That it is one of many, and how to stop them (RFC 2919; RFC 2369, section 3.2).

    The press of a mail program's own button stops them at once, where the address is encrypted
    (RFC 8058, section 3.1).
    """
    host = urlsplit(base_url()).hostname or "localhost"
    found = (("List-Id", f"<letters.{host}>"), ("List-Unsubscribe", f"<{stop}>"))
    if services().settings.https:
        return (*found, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found
