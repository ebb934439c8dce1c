"""Taking in what somebody writes: words and pictures, from the form and from its script."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from diary.domain import edits, pictures, policy
from diary.domain import writing as rules
from diary.domain.content import (
    MAX_PICTURES,
    BylineContent,
    Content,
    PictureContent,
    from_json,
)
from diary.domain.errors import Overtaken, Problem
from diary.domain.taxonomy import up_to_date
from diary.models import Picture, Post, Status
from diary.queries import people, taxonomy
from diary.web import forms
from diary.web.calls import ByLanguage, call_at_once
from diary.web.errors import sentence
from diary.web.forms import Arrived, Written
from diary.web.guards import member
from diary.web.rendering import diary_site, house, language
from diary.web.session import now, reading, release, today, writing
from diary.web.sheet import Sheet, differences, picture_html


@dataclass(slots=True)
class Taken:
    """What became of a form: the post, what is wrong, and whose text is saved."""

    post: Post
    written: Written
    problems: tuple[Problem, ...] = ()
    overtaken: bool = False
    over: bool = False
    """It was sent before and must be taken back first: a second tap, or another tab's form."""

    @property
    def is_fine(self) -> bool:
        """Whether it can be sent."""
        return not (self.problems or self.overtaken or self.over)


def blank() -> Content:
    """What a new form is filled with: today, one's own place and oneself."""
    me = people.writer(reading(), member().account_id)
    oneself = BylineContent(me.name, me.role, me.kind, me.person_id)
    return Content(dated=today(), lang=language(), lab=me.lab, bylines=(oneself,))


def sheet_of(post: Post) -> Sheet:
    """The form for a post, filled with what was saved last."""
    actor = member()
    copy = rules.working_copy(reading(), actor, post)
    own = post.owner_id == actor.account_id
    return Sheet(
        from_json(copy.content),
        post_id=post.id,
        published=post.status is Status.PUBLISHED,
        edition=rules.edition(reading(), copy),
        saved_at=copy.saved_at if copy.version else None,
        theirs=rules.sent_meanwhile(reading(), actor, post, copy),
        whose=None if own else people.name_of(reading(), post.owner_id),
    )


def standing(post: Post) -> str:
    """Where one sees how a post stands: one's own, or somebody else's whose words one changes."""
    if post.owner_id == member().account_id:
        return url_for("mine.sent", post_id=post.id)
    return url_for("moderation.show", post_id=post.id)


def author() -> forms.Author:
    """Who fills in the form."""
    actor = member()
    moderates = policy.names_voice(actor)
    asked = moderates and bool(request.form.get("known"))
    known = taxonomy.acquaintances(reading(), policy.scope(actor)) if asked else ()
    return forms.Author(
        actor.person_id,
        moderates,
        name=actor.name,
        language=language(),
        main=diary_site().main_language,
        known={
            str(one.person_id): BylineContent(one.name, one.role, one.kind, one.person_id)
            for one in known
        },
    )


def save(post_id: int | None, arrived: Arrived) -> Taken:
    """Keep the request's form; without `post_id` it begins a post, once per form key."""
    who = author()  # read before others have to wait for this one to write
    session, actor = writing(), member()
    if post_id is None:
        first = forms.read(request.form, blank(), who).content.with_pictures(())
        key = request.form.get("form_key", "")[:80] or None
        post = rules.start(session, actor, first, now(), key)
    else:
        post = rules.writable(session, actor, post_id, to_change=True)
    base = from_json(rules.working_copy(session, actor, post).content)
    written = forms.read(request.form, base, who)
    content, refused = _with_pictures(post, written.content, arrived)
    content = up_to_date(session, forms.moved(content, request.form.get("move", "")))
    taken = Taken(post, replace(written, content=content), over=not rules.editable(post, actor))
    taken.problems = (
        *written.problems,
        *arrived.problems,
        *refused,
        *rules.check(session, content, today(), post.id),
    )
    try:
        tab = request.form.get("tab", "")[:80]
        rules.save(session, actor, post, content, now(), _edition(post_id), tab)
    except Overtaken:
        taken.overtaken = True
    return taken


def _edition(post_id: int | None) -> str:
    """What the form was filled from; a new form's own first copy is what it has just made."""
    return "0.1" if post_id is None else request.form.get("edition", "")


def _with_pictures(
    post: Post, content: Content, arrived: Arrived
) -> tuple[Content, tuple[Problem, ...]]:
    """The content with the post's own pictures only, and those that have just arrived."""
    own = people.uploaded(reading(), post.id)
    kept = [picture for picture in content.pictures if picture.token in own]
    left_out = arrived.left_out
    for photo in arrived.photos:
        picture = pictures.same_picture(reading(), post, photo.prepared)
        if picture is not None and any(picture.token == other.token for other in kept):
            continue
        if len(kept) >= MAX_PICTURES:
            left_out = photo.name
            break
        picture = picture or add(post, photo)
        kept.append(PictureContent(picture.token, credit=member().name))
    facts: dict[str, str | int] = {"limit": MAX_PICTURES, "name": left_out}
    refused = (Problem("photos", "left_out", facts),) if left_out else ()
    return content.with_pictures(kept), refused


def add(post: Post, photo: forms.Photo) -> Picture:
    """The row of a picture whose files are stored."""
    return pictures.add_picture(
        reading(),
        post,
        photo.prepared,
        now(),
        account_id=member().account_id,
        filename=photo.name,
        sent_sha256=photo.sha256,
    )


def send(taken: Taken, letters: ByLanguage) -> tuple[Problem, ...]:
    """Send what was saved, with `letters` to who is to read it; says why not, if it cannot be."""
    session, actor = reading(), member()
    if taken.written.content.is_empty:
        return (Problem("body", "empty"),)
    if taken.post.owner_id != actor.account_id:
        edits.change(session, actor, taken.post, now())
        return ()
    if not people.writer(session, actor.account_id).promised:
        if not request.form.get("promised"):
            return (Problem("promised", "not_promised"),)
        rules.promise(session, actor, now())
    rules.submit(session, actor, taken.post, now(), house())
    call_at_once(session, taken.post, letters)
    return ()


def answer_script(taken: Taken) -> ResponseReturnValue | None:
    """What keeps a form from being sent, as its script reads it; None if nothing does."""
    if taken.over:
        return jsonify(over=True, go=standing(taken.post)), 410
    if taken.overtaken:
        return jsonify(overtaken=True, **_meanwhile(taken)), 409
    return None


def _meanwhile(taken: Taken) -> dict[str, object]:
    """What was saved meanwhile: its texts, and the pictures that the open page lacks."""
    mine, saved = taken.written.content, sheet_of(taken.post)
    shown = set(request.form.getlist("picture"))
    uploaded = people.uploaded(reading(), taken.post.id)
    html = render_template(
        "writing/_both_texts.html",
        theirs=saved.content,
        others=differences(mine, saved.content),
        post_id=taken.post.id,
        live=True,
    )
    pictures = {
        picture.token: picture_html(saved.content, uploaded[picture.token])
        for picture in saved.content.pictures
        if picture.token in uploaded and picture.token not in shown
    }
    release()
    return {"html": html, "edition": saved.edition, "pictures": pictures}


def said(problems: Iterable[Problem]) -> dict[str, str]:
    """What is wrong, per field, in the reader's language."""
    return {problem.field: sentence(problem) for problem in problems}
