"""Answers that are asked for again: in the frozen site each page is made once for each language."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

P = ParamSpec("P")
R = TypeVar("R")

KEPT = "kept"
"""In `Session.info`: the answers, where whoever made the session wants them kept; they forget them
before anything may have changed."""


def kept(query: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """A query that asks once where answers are kept.

    What it is asked with is hashable; what it answers is plain, and nobody changes it.
    """

    @wraps(query)
    def asked(session: Session, /, *args: P.args, **named: P.kwargs) -> R:
        answers: dict[Any, R] | None = session.info.get(KEPT)
        if answers is None:
            return query(session, *args, **named)
        question = (query, args, tuple(named.items()))
        if question not in answers:
            answers[question] = query(session, *args, **named)
        return answers[question]

    return asked
