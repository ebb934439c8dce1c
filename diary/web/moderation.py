"""Moderation: what waits to be read, one post as it will look, and what has happened."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import afterwards, deputies, policy
from diary.domain import consents as consent_rules
from diary.domain import moderation as rules
from diary.domain import sent as sent_rules
from diary.domain.consents import Ruling
from diary.domain.due import REMINDED_BEFORE
from diary.domain.errors import Invalid, NotFound, NotPossible, Overtaken
from diary.domain.moderation import REASONS, WHY_TAKEN_DOWN, Filing, Verdict
from diary.domain.policy import Facts
from diary.domain.workflow import CHANGEABLE, Step
from diary.models import Account, Decision, Given, Status, Use, Voice
from diary.queries import consents, missing, moderation, objections, people, site, tellings
from diary.queries.moderation import QUEUE_SHOWN, Queued, Shown
from diary.queries.posts import Scope
from diary.queries.rows import MethodRef, PostCard
from diary.text.names import named_in
from diary.text.plain import as_text
from diary.web import brought_in, readers, stores
from diary.web.changes import marked
from diary.web.forms import Form, chosen, day_if_any, line, lines, number
from diary.web.guards import Access, access, member
from diary.web.letters import chosen_language
from diary.web.news import letter_to_writer
from diary.web.reading import cursor
from diary.web.rendering import house, language, page
from diary.web.session import now, reading, services, today, undo, writing
from diary.web.texts import language_name
from diary.web.words import VOICES, reason_word

blueprint = Blueprint("moderation", __name__)

WHOLE = "whole"
"""In addresses of the queue: posts about the whole project."""


@blueprint.get("/moderation")
@access(Access.MODERATOR)
def queue() -> ResponseReturnValue:
    """What waits, and the first of it."""
    return _desk(None)


@blueprint.get("/moderation/<int:post_id>")
@access(Access.MODERATOR)
def show(post_id: int) -> ResponseReturnValue:
    """One post, whether it waits, is out or was taken down."""
    return _desk(post_id)


def _scope() -> Scope:
    return policy.scope(member())


def _desk(
    post_id: int | None,
    *,
    form: Form | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    session, scope, lang = reading(), _scope(), language()
    counts = moderation.counts_by_lab(session, scope)
    waiting = moderation.queue(session, scope, lang, lab_ids=_lab_ids())
    wanted = post_id or (waiting[0].card.id if waiting else None)
    post = moderation.shown(session, scope, wanted, lang) if wanted else None
    if post_id is not None and post is None:
        raise NotFound
    since = moderation.oldest(session, scope)
    return page(
        "moderation/queue.html",
        status_code=status,
        post=post,
        waiting=waiting,
        total=sum(counts.values()),
        counts=_named(counts),
        chosen_lab=request.values.get("lab", ""),
        oldest=_days(since) if since else 0,
        form=form or Form({}),
        overtaken=overtaken,
        done=_just_done(),
        afterwards=moderation.to_read_afterwards(session, scope, lang),
        scheduled=moderation.scheduled(session, scope, lang),
        of_trusted=_of_trusted(scope),
        tomorrow=today() + timedelta(days=1),
        reads_for=[one.person.name for one in deputies.absent(session, _me(), today())],
        to_tell=tellings.count(session, scope, now()),
        asked_down=objections.count_open(session, scope),
        ending=consents.ending(session, scope, today(), today() + REMINDED_BEFORE),
        undecided=consents.count_undecided(session, scope),
        **_for_the_lead(),
        **(_beside(post) if post else {}),
    )


def _me() -> Account:
    return reading().get_one(Account, member().account_id)


def _of_trusted(scope: Scope) -> tuple[Queued, ...]:
    """What can go out together: more than one, and none that names who is never to be shown."""
    if house().ended or not policy.publishes(member(), house()):
        return ()
    found = moderation.of_trusted(reading(), scope, language(), own_too=house().own_posts)
    never = _never()
    known = tuple(one for one in found if not named_in("\n".join(_words(one.card)), never))
    return known if len(known) > 1 else ()


def _just_done() -> int | None:
    """The post whose decision can be undone, told by the address one came on to."""
    post_id = number(request.args.get("done", ""))
    if post_id is None or afterwards.undoable(reading(), member(), post_id, now()) is None:
        return None
    return post_id


def _beside(post: Shown) -> dict[str, object]:
    """What stands around a post: since when, what one may do, what was said of it."""
    actor, session, never = member(), reading(), _never()
    facts = Facts(post.owner_id, post.lab_id)
    own = post.owner_id == actor.account_id
    steps = rules.steps(actor, facts, Status(post.card.status), post.waits, house())
    return {
        **readers.beside(post, steps),
        "sender": missing.sender(session, post.card.id),
        "found": missing.is_found(session, post.card.id),
        "own": own and not house().own_posts,
        "changeable": not (own or post.card.earlier or house().ended)
        and post.card.status in CHANGEABLE,
        "days": _days(post.since),
        "tongue": language_name(post.card.lang),
        "claimed": moderation.claims(session, post.card.revision_id),
        "talk": moderation.events(session, replace(_scope(), owner_id=None), post_id=post.card.id),
        **_ready(post),
        "why_taken_down": WHY_TAKEN_DOWN,
        "ways": _ways(post.card),
        "voices": (("", _("Don’t know")), *VOICES.items()),
        "rules_pictures": policy.may(actor, Step.PUBLISH, facts, house()),
        **marked(post.card.id, post.card.revision_id),
        "yeses": consents.for_lab(session, facts.lab_id, today(), language()),
        "never": never,
        "brought_in": brought_in.beside(post.card, _words(post.card)),
        "named": named_in("\n".join(_words(post.card)), never),
    }


def _never() -> list[str]:
    return [one.name for one in consents.never_shown(reading(), _scope(), language())]


def _words(card: PostCard) -> Iterable[str]:
    """Everything in a post that can name somebody."""
    yield from (card.title, card.gist, as_text(card.html), as_text(card.second_html), card.scribe)
    yield from (one.name for one in card.bylines)
    for picture in card.pictures:
        yield from (picture.alt, picture.caption, picture.credit)


def _ways(card: PostCard) -> list[MethodRef]:
    """The ways of working that can be ticked: those in use, and the post's own."""
    offered = site.methods(reading(), language())
    return list({way.slug: way for way in (*offered, *card.methods)}.values())


def _ready(post: Shown) -> dict[str, object]:
    """The ready questions, and in which language their writer reads them."""
    writer = tellings.writer(reading(), post.card.id)
    theirs = chosen_language(writer.language, post.card.lang) if writer else language()
    with force_locale(theirs):
        return {"ready": [(key, reason_word(key)) for key in REASONS], "theirs": theirs}


def _lab_ids() -> tuple[int | None, ...] | None:
    """The lab that `?lab=` names; an unknown one is taken for none."""
    slug = request.values.get("lab", "")
    if slug == WHOLE:
        return (None,)
    return next(((lab.id,) for lab in site.labs(reading(), language()) if lab.slug == slug), None)


def _named(counts: dict[int | None, int]) -> list[tuple[str, str, int]]:
    """Places with how many posts wait there, in the lead's order."""
    labs = site.labs(reading(), language())
    named = [(lab.slug, lab.short, counts[lab.id]) for lab in labs if lab.id in counts]
    whole = [(WHOLE, _("The whole project"), counts[None])] if None in counts else []
    return named + whole


def _days(since: datetime) -> int:
    return (today() - since.astimezone(services().settings.zone).date()).days


def _for_the_lead() -> dict[str, object]:
    """What the top of the queue tells the lead: taken down, asked to be forgotten, waiting."""
    if not policy.administers(member()):
        return {"taken_down": (), "asking": (), "stores": ()}
    return {
        "taken_down": people.taken_down(reading(), language()),
        "asking": people.asking_to_be_forgotten(reading()),
        "stores": stores.late(),
    }


# ---------------------------------------------------------------- deciding


@blueprint.post("/moderation/<int:post_id>/decide")
@access(Access.MODERATOR)
def decide(post_id: int) -> ResponseReturnValue:
    """Carry out a decision and go on to the next post."""
    decided = house()
    verdict = _verdict()
    letter = letter_to_writer(post_id, verdict)
    try:
        rules.decide(writing(), member(), post_id, verdict, now(), decided, letter)
    except Invalid as error:
        undo()
        return _desk(post_id, form=Form(request.form, error.problems), status=422)
    except (Overtaken, NotPossible):
        undo()
        return _desk(post_id, overtaken=True, status=409)
    flash(_done(verdict.step), "good")
    lab = request.form.get("lab") or None
    return redirect(url_for(".queue", lab=lab, done=post_id), 303)


@blueprint.post("/moderation/together")
@access(Access.MODERATOR)
def together() -> ResponseReturnValue:
    """Let out what was ticked of trusted authors; it is read afterwards."""
    ticked = [mark.partition(":")[::2] for mark in request.form.getlist("post")[:QUEUE_SHOWN]]
    chosen = [(number(post) or 0, number(revision) or 0) for post, revision in ticked]
    decided, out = house(), Verdict(Step.PUBLISH, 0)
    letters = {post_id: letter_to_writer(post_id, out) for post_id, _revision in chosen}
    done = rules.let_out(writing(), member(), chosen, now(), decided, letters)
    said = [ngettext("%(num)s post is out.", "%(num)s posts are out.", done)]
    if left := len(chosen) - done:
        said.append(ngettext("%(num)s waits on.", "%(num)s wait on.", left))
    flash(" ".join(said), "bad" if left else "good")
    return redirect(url_for(".queue"), 303)


@blueprint.post("/moderation/<int:post_id>/undo")
@access(Access.MODERATOR)
def take_back(post_id: int) -> ResponseReturnValue:
    """Undo the decision made just now."""
    decided = house()
    try:
        afterwards.undo(writing(), member(), post_id, now(), decided)
    except NotPossible:
        undo()
        flash(_("Something has happened since, so it cannot be undone."), "bad")
    else:
        flash(_("Undone."), "good")
    return redirect(url_for(".show", post_id=post_id, lab=request.form.get("lab") or None), 303)


@blueprint.post("/moderation/<int:post_id>/read")
@access(Access.MODERATOR)
def read(post_id: int) -> ResponseReturnValue:
    """Note that somebody has read what a trusted author had let out."""
    decided = house()
    try:
        afterwards.read_after(writing(), member(), post_id, _revision_id(), now(), decided)
    except (Overtaken, NotPossible):
        undo()
        return _desk(post_id, overtaken=True, status=409)
    return redirect(url_for(".queue", lab=request.form.get("lab") or None), 303)


@blueprint.post("/moderation/<int:post_id>/pictures/<token>")
@access(Access.MODERATOR)
def picture(post_id: int, token: str) -> ResponseReturnValue:
    """Decide whether a picture may be shown."""
    decided, zone = house(), services().settings.zone
    try:
        consent_rules.rule(
            writing(), member(), post_id, token, typed_ruling(), now(), decided, zone
        )
    except Invalid as error:
        undo()
        typed = {**request.form, "picture": token}
        return _desk(post_id, form=Form(typed, error.problems), status=422)
    lab = request.form.get("lab") or None
    return redirect(url_for(".show", post_id=post_id, lab=lab, _anchor=token), 303)


def typed_ruling() -> Ruling:
    """Reads a picture's form; raises NotPossible for a decision that has no button."""
    form = request.form
    standing_id = number(form.get("standing", ""))
    if standing_id is not None:
        return Ruling(Decision.YES, standing_id=standing_id)
    decision = chosen(Decision, form.get("decision", ""))
    if decision is None:
        raise NotPossible
    return Ruling(
        decision,
        line(form.get("from_whom", "")),
        chosen(Given, form.get("given", "")),
        chosen(Use, form.get("use", "")),
        day_if_any(form, "until"),
    )


@blueprint.post("/moderation/<int:post_id>/seen")
@access(Access.LEAD)
def seen(post_id: int) -> ResponseReturnValue:
    """The lead knows of a post that its writer has taken down."""
    sent_rules.seen(writing(), member(), post_id, now())
    return redirect(url_for(".queue"), 303)


def _verdict() -> Verdict:
    """Reads the buttons; raises NotPossible for a step that has none."""
    form = request.form
    step = chosen(Step, form.get("step", ""))
    if step is None:
        raise NotPossible
    return Verdict(
        step,
        _revision_id(),
        line(form.get("reason", "")),
        lines(form.get("words", "")).strip(),
        _time_ahead() if step is Step.SCHEDULE else None,
        line(form["correction"]) if "correction" in form else None,
        line(form["gist"]) if "gist" in form else None,
        _filing() if "filed" in form else None,
        "found" in form if "found_asked" in form else None,
    )


def _filing() -> Filing:
    """What was ticked in the row above the buttons."""
    methods = dict.fromkeys(filter(None, request.form.getlist("methods")))
    return Filing(tuple(methods), chosen(Voice, request.form.get("voice", "")))


def _time_ahead() -> datetime | None:
    """The day and time typed, as on the diary's clocks; None for none or nonsense."""
    try:
        day = date.fromisoformat(request.form.get("day", "").strip())
        hour = time.fromisoformat(request.form.get("time", "").strip())
    except ValueError:
        return None
    zone = services().settings.zone
    return datetime.combine(day, hour.replace(tzinfo=None), zone).astimezone(UTC)


def _revision_id() -> int:
    """The revision that a form was made for; 0 for nonsense."""
    return number(request.form.get("revision_id", "")) or 0


def _done(step: Step) -> str:
    return {
        Step.PUBLISH: _("Published. Everyone can read it now."),
        Step.RETURN: _("Sent back with your question."),
        Step.HOLD: _("It waits, last in the list."),
        Step.SCHEDULE: _("It goes out by itself at that time."),
        Step.WITHDRAW: _("Taken down. Nobody sees it any more."),
        Step.RESTORE: _("Shown again. Everyone can read it."),
    }[step]


# ---------------------------------------------------------------- what has happened


@blueprint.get("/moderation/events")
@access(Access.MODERATOR)
def events() -> ResponseReturnValue:
    """The journal, in plain words."""
    found = moderation.events(reading(), _scope(), before=cursor())
    more = len(found) == moderation.EVENTS_SHOWN
    return page(
        "moderation/events.html",
        events=found,
        older=url_for(".events", before=found[-1].event_id) if more else None,
    )


@blueprint.get("/moderation/posts")
@access(Access.MODERATOR)
def posts() -> ResponseReturnValue:
    """The posts that are out or were taken down."""
    part = moderation.once_public(reading(), _scope(), language(), before=cursor())
    older = url_for(".posts", before=part.after) if part.after else None
    return page("moderation/posts.html", posts=part.posts, older=older)
