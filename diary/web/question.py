"""The question of the week, which stands above the field one writes in."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from diary.domain import policy, questions
from diary.domain.errors import Invalid, Problem
from diary.queries import taxonomy
from diary.web.forms import Form, line
from diary.web.guards import Access, access, member
from diary.web.rendering import LANGUAGES, language, page
from diary.web.session import now, reading, undo, writing

blueprint = Blueprint("question", __name__)


@blueprint.get("/question")
@access(Access.MODERATOR)
def question() -> ResponseReturnValue:
    """The questions of one's own places, in each language of the interface."""
    return _page({})


@blueprint.post("/question")
@access(Access.MODERATOR)
def ask() -> ResponseReturnValue:
    """Ask anew, or take a question away by leaving its field empty."""
    session, actor = writing(), member()
    problems: list[Problem] = []
    for ref, _texts in taxonomy.questions(session, policy.scope(actor), language()):
        try:
            questions.ask(session, actor, ref.slug, _typed(ref.slug), now())
        except Invalid as error:
            problems += error.problems
    if problems:
        undo()
        return _page(request.form, problems, 422)
    flash(_("Saved. It stands above the field where people write."), "good")
    return redirect(url_for(".question"), 303)


def _typed(slug: str) -> dict[str, str]:
    """What was typed for a place; a field that was not there stays as it is."""
    names = {lang: f"question-{slug}-{lang}" for lang in LANGUAGES}
    return {lang: line(request.form[name]) for lang, name in names.items() if name in request.form}


def _page(
    typed: Mapping[str, str], problems: Iterable[Problem] = (), status: int = 200
) -> Response:
    found = taxonomy.questions(reading(), policy.scope(member()), language())
    kept = {
        f"question-{ref.slug}-{lang}": text for ref, texts in found for lang, text in texts.items()
    }
    return page(
        "moderation/question.html",
        status_code=status,
        form=Form({**kept, **typed}, problems),
        labs=[ref for ref, _texts in found],
    )
