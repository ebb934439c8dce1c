"""Letters that call moderators to read what waits."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from diary.domain import calls, deputies, outbox, policy
from diary.domain.calls import Call
from diary.domain.policy import Actor, Facts
from diary.models import Account, Post
from diary.queries import moderation, people
from diary.web.guards import member
from diary.web.letters import language_of, letter
from diary.web.rendering import LANGUAGES, absolute
from diary.web.session import now, reading, release, services, today

ByLanguage = dict[str, tuple[str, str]]


def letters_at_once(name: str = "") -> ByLanguage:
    """That the member (or somebody of a name) has sent a post; it names no words of the post.

    Made before it is sent, and before it is known whom to tell: no transaction is open meanwhile.
    """
    link = absolute(url_for("moderation.queue"))
    return {
        lang: letter("waits", lang, name=name or member().name, link=link) for lang in LANGUAGES
    }


def call_at_once(session: Session, post: Post, letters: ByLanguage) -> None:
    """Queue them for whose queue the post is in, if it waits there."""
    if post.waiting_id is None:
        return
    for account in calls.called_at_once(session, post, today()):
        lang = language_of(account)
        outbox.queue(session, account.email or "", *letters[lang], lang, now())


@dataclass(frozen=True, slots=True)
class Calling:
    """A letter for one moderator, and what calls them."""

    call: Call
    to: str
    letter: tuple[str, str]
    lang: str


def letters_due() -> list[Calling]:
    """The letters of all calls that are due, made before these are noted."""
    zone = services().settings.zone
    due = [call for call, at in calls.due(reading(), zone).items() if at <= now()]
    facts = [
        (call, account.email or "", language_of(account), *waiting)
        for call in due
        for account in calls.called(reading(), call)
        for waiting in _waiting_for(account)
    ]
    release()
    link = absolute(url_for("moderation.queue"))
    return [
        Calling(call, to, letter(call, lang, name=name, count=count, days=days, link=link), lang)
        for call, to, lang, name, count, days in facts
    ]


def _waiting_for(account: Account) -> Iterator[tuple[str, int, int]]:
    """Their name, how many posts wait for them and the days of the oldest, if any does."""
    scope = policy.scope(deputies.reader(reading(), account, today()))
    since = moderation.oldest(reading(), scope)
    if since is not None:
        count = moderation.count_waiting(reading(), scope)
        yield account.person.name, count, (now() - since).days


def queue_called(session: Session, made: frozenset[Call], letters: list[Calling]) -> None:
    """Queue the letters of the calls that were made just now, and of no other."""
    for one in letters:
        if one.call in made:
            outbox.queue(session, one.to, *one.letter, one.lang, now())


Reminder = tuple[Actor, str, str, tuple[str, str]]


def reminders() -> list[Reminder]:
    """That a yes ends soon, for each moderator; made before it is known whom it concerns."""
    reached = [
        (deputies.reader(reading(), one, today()), one.email or "", language_of(one))
        for one in people.moderators_reached(reading())
    ]
    release()
    link = absolute(url_for("moderation.queue"))
    return [(*facts, letter("ends_soon", facts[2], link=link)) for facts in reached]


def queue_reminders(
    session: Session, labs: Collection[int | None], made: Iterable[Reminder]
) -> None:
    """Queue them for those who read for one of the labs."""
    for somebody, email, lang, mail in made:
        if any(policy.reads(somebody, Facts(None, lab_id)) for lab_id in labs):
            outbox.queue(session, email, *mail, lang, now())


Mails = list[tuple[str, str, tuple[str, str]]]


def mails_to_leads(what: str, **facts: str) -> Mails:
    """One to each lead, made before the deed: no transaction is open meanwhile."""
    leads = people.leads_reached(reading(), today())
    reached = [(lead.email or "", language_of(lead)) for lead in leads]
    release()
    return [(email, lang, letter(what, lang, **facts)) for email, lang in reached]


def queue_mails(session: Session, mails: Mails) -> None:
    """Queue them with the deed."""
    for email, lang, mail in mails:
        outbox.queue(session, email, *mail, lang, now())
