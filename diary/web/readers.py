"""Readers: asking somebody who knows a post's language, and the page of whoever was asked."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import outbox, policy, profile
from diary.domain import readers as rules
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.moderation import LETS_OUT
from diary.domain.readers import Answer
from diary.domain.workflow import Step
from diary.models import Account, Told
from diary.queries import moderation, readings
from diary.queries.moderation import Shown
from diary.web.accounts import oneself
from diary.web.forms import POST_LANGUAGES, Form, chosen, line, lines, number
from diary.web.guards import Access, access, member
from diary.web.letters import language_of, letter
from diary.web.rendering import absolute, house, language, page
from diary.web.session import now, reading, release, undo, writing

blueprint = Blueprint("readers", __name__)


# ---------------------------------------------------------------- asking


def beside(post: Shown, steps: tuple[Step, ...]) -> dict[str, object]:
    """What a moderator can do with a post, and who has read it or can be asked to.

    As long as nobody who knows its language has read it, no button lets it out.
    """
    session, revision_id = reading(), post.card.revision_id
    unread = rules.unread(session, member(), revision_id, house())
    able = rules.candidates(session, member(), post.owner_id, unread, house()) if unread else []
    read = readings.of_revision(session, revision_id)
    asked = {one.reader_id for one in read}
    return {
        "steps": tuple(step for step in steps if not (unread and step in LETS_OUT)),
        "tongues_unread": sorted(unread),
        "able": [(one.id, one.person.name, one.person.role) for one in able if one.id not in asked],
        "read": read,
    }


@blueprint.post("/moderation/<int:post_id>/ask-reader")
@access(Access.MODERATOR)
def ask(post_id: int) -> ResponseReturnValue:
    """Ask somebody to read one post; they are told by mail, too."""
    ids = (number(request.form.get(name, "")) or 0 for name in ("revision_id", "reader"))
    revision_id, reader_id = ids
    reader, mail = _mail_to(reader_id, post_id)
    decided, db = house(), writing()
    gist = line(request.form.get("gist", ""))
    new = rules.ask(db, member(), post_id, revision_id, reader_id, now(), decided, gist)
    if new and mail:
        outbox.queue(db, *mail, now())
    flash(_("%(name)s is asked to read it.", name=reader), "good")
    lab = request.form.get("lab") or None
    return redirect(url_for("moderation.show", post_id=post_id, lab=lab), 303)


def _mail_to(reader_id: int, post_id: int) -> tuple[str, tuple[str, str, str, str] | None]:
    """The reader's name and a mail to them, made before the deed: no transaction is open then."""
    reader = reading().get(Account, reader_id)
    post = moderation.shown(reading(), policy.scope(member()), post_id, language())
    if reader is None or post is None:
        raise NotFound
    name, email, lang = reader.person.name, reader.email, language_of(reader)
    tongue = post.card.lang
    release()
    if not email:
        return name, None
    facts = {"name": name, "by": member().name, "tongue": tongue, "link": absolute("/asked")}
    return name, (email, *letter("asked", lang, **facts), lang)


# ---------------------------------------------------------------- being asked


@blueprint.get("/asked")
@access(Access.MEMBER)
def first() -> ResponseReturnValue:
    """What one is asked to read, one post after another."""
    waiting = readings.waiting(reading(), member().account_id)
    if waiting is not None:
        return redirect(url_for(".asked", reading_id=waiting), 303)
    return page("moderation/asked.html", asked=None)


@blueprint.get("/asked/<int:reading_id>")
@access(Access.MEMBER)
def asked(reading_id: int) -> ResponseReturnValue:
    """The post one is asked to read, and nothing else of the queue."""
    return _asked(reading_id)


def _asked(reading_id: int, form: Form | None = None, status: int = 200) -> Response:
    found = readings.asked(reading(), member().account_id, reading_id, language())
    if found is None:
        raise NotFound
    said = form or Form({"gist": found.gist or found.card.gist, "note": found.note})
    return page("moderation/asked.html", status_code=status, asked=found, form=said)


@blueprint.post("/asked/<int:reading_id>")
@access(Access.MEMBER)
def answer(reading_id: int) -> ResponseReturnValue:
    """Say that one has read it, and what there is to say of it."""
    form = request.form
    said = Answer(
        fine=form.get("fine") == "yes",
        gist=line(form.get("gist", "")),
        note=lines(form.get("note", "")).strip(),
    )
    try:
        rules.answer(writing(), member(), reading_id, said, now())
    except Invalid as error:
        undo()
        return _asked(reading_id, Form(form, error.problems), 422)
    flash(_("Thank you for reading!"), "good")
    return redirect(url_for(".first"), 303)


# ---------------------------------------------------------------- what one reads


@blueprint.get("/me/reading")
@access(Access.MEMBER)
def own() -> ResponseReturnValue:
    """The languages one reads, and when one is told of posts that wait."""
    return _own()


def _own(problems: Iterable[Problem] = (), status: int = 200) -> Response:
    account = oneself(reading())
    reads = policy.tongues(account.reads, account.language, house())
    return page(
        "accounts/reading.html",
        status_code=status,
        form=Form({"reads": reads, "told": account.told}, problems),
        tongues=POST_LANGUAGES,
        reached=account.email is not None,
    )


@blueprint.post("/me/reading")
@access(Access.MEMBER)
def say() -> ResponseReturnValue:
    """Keep that."""
    reads = request.form.getlist("reads")
    if not set(reads) <= set(POST_LANGUAGES):
        return _own((Problem("reads", "unknown_choice"),), 422)
    db = writing()
    account = oneself(db)
    told = chosen(Told, request.form.get("told", "")) or account.told
    profile.set_reading(db, account, reads, told, now())
    flash(_("Saved."), "good")
    return redirect(url_for(".own"), 303)
