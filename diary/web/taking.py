"""Taking in what somebody writes: words and pictures, from the form and from its script."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import request

from diary.domain import pictures, policy
from diary.domain import writing as rules
from diary.domain.content import (
    MAX_PICTURES,
    BylineContent,
    Content,
    PictureContent,
    from_json,
)
from diary.domain.errors import Overtaken, Problem
from diary.models import Post, Status
from diary.queries import people
from diary.web import forms
from diary.web.forms import Arrived, Written
from diary.web.guards import member
from diary.web.moderation import house
from diary.web.rendering import language
from diary.web.session import now, reading, today, undo, writing
from diary.web.sheet import Sheet


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
    copy = rules.working_copy(reading(), member(), post)
    return Sheet(
        from_json(copy.content),
        post_id=post.id,
        published=post.status is Status.PUBLISHED,
        edition=rules.edition(reading(), copy),
        saved_at=copy.saved_at if copy.version else None,
    )


def author() -> forms.Author:
    """Who fills in the form."""
    return forms.Author(member().person_id, policy.names_voice(member()))


def save(post_id: int | None, arrived: Arrived) -> Taken:
    """Keep the request's form; without `post_id` it begins a post, once per form key."""
    session, actor = writing(), member()
    if post_id is None:
        first = forms.read(request.form, blank(), author()).content.with_pictures(())
        key = request.form.get("form_key", "")[:80] or None
        post = rules.start(session, actor, first, now(), key)
    else:
        post = rules.owned(session, actor, post_id, to_change=True)
    base = from_json(rules.working_copy(session, actor, post).content)
    written = forms.read(request.form, base, author())
    content, refused = _with_pictures(post, written.content, arrived)
    content = forms.moved(content, request.form.get("move", ""))
    taken = Taken(post, replace(written, content=content), over=not rules.editable(post))
    taken.problems = (
        *written.problems,
        *arrived.problems,
        *refused,
        *rules.check(session, content, today()),
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
    tokens, left_out = add(post, arrived, {picture.token for picture in kept})
    kept.extend(map(PictureContent, tokens))
    facts: dict[str, str | int] = {"limit": MAX_PICTURES, "name": left_out}
    refused = (Problem("photos", "left_out", facts),) if left_out else ()
    return content.with_pictures(kept), refused


def add(post: Post, arrived: Arrived, have: Iterable[str]) -> tuple[list[str], str]:
    """Add what has arrived to a post that has some pictures: their tokens, and one too many."""
    session, had = reading(), set(have)
    tokens: list[str] = []
    for name, prepared in arrived.prepared:
        picture = pictures.same_picture(session, post, prepared)
        if picture is not None and picture.token in had.union(tokens):
            continue
        if len(had) + len(tokens) >= MAX_PICTURES:
            return tokens, name
        picture = picture or pictures.add_picture(
            session, post, prepared, now(), account_id=member().account_id, filename=name
        )
        tokens.append(picture.token)
    return tokens, arrived.left_out


def send(taken: Taken) -> tuple[Problem, ...]:
    """Send what was saved; says why not, if it cannot be."""
    session, actor = reading(), member()
    if taken.written.content.is_empty:
        return (Problem("body", "empty"),)
    if not people.writer(session, actor.account_id).promised:
        if not request.form.get("promised"):
            return (Problem("promised", "missing"),)
        rules.promise(session, actor, now())
    rules.submit(session, actor, taken.post, now(), house())
    return ()


def commit() -> None:
    """Commit before the page is made: no transaction is open meanwhile, and a full disk is seen."""
    reading().commit()
    undo()
