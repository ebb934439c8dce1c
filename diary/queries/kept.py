"""Answers that are asked for again: in the frozen site each page is made once for each language."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session, sessionmaker

P = ParamSpec("P")
R = TypeVar("R")

KEPT = "kept"
"""In `Session.info`: the answers, where they are kept."""


class _Lasting(Session):
    """Its rows can be read when its transaction has ended."""

    def rollback(self) -> None:
        self.expunge_all()
        super().rollback()


def keeping(sessions: sessionmaker[Session], answers: dict[Any, Any]) -> sessionmaker[Session]:
    """Sessions like these that keep `answers`; who asks forgets them before anything may change."""
    info = {**sessions.kw["info"], KEPT: answers}
    return sessionmaker(class_=_Lasting, **{**sessions.kw, "info": info})


def kept(query: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """A query that asks once where answers are kept.

    What it is asked with is hashable; nobody changes what it answers, nor asks more of its rows
    than was read with them.
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
