"""The question of the week: what a place's coordinator would like to read about."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import policy
from diary.domain.content import line_problems
from diary.domain.errors import Invalid, NotAllowed, NotFound
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts
from diary.models import Lab

MAX_QUESTION = 200


def ask(
    session: Session, actor: Actor, lab_slug: str, texts: Mapping[str, str], now: datetime
) -> bool:
    """Ask a lab's question in the given languages; an empty text takes it away. Whether it is new.

    Whoever reads a lab's posts asks its question. Raises NotFound, NotAllowed, or Invalid per
    field `question-<lab>-<language>`.
    """
    lab = session.scalar(select(Lab).where(Lab.slug == lab_slug).with_for_update())
    if lab is None:
        raise NotFound
    if not policy.reads(actor, Facts(None, lab.id)):
        raise NotAllowed
    wrong = [
        problem
        for lang, text in texts.items()
        for problem in line_problems(f"question-{lab_slug}-{lang}", text, MAX_QUESTION)
    ]
    if wrong:
        raise Invalid(tuple(wrong))
    asked = {lang: text for lang, text in {**lab.questions, **texts}.items() if text}
    if asked == lab.questions:
        return False
    lab.questions = asked
    record(session, "ask_question", now, actor_id=actor.account_id)
    return True
