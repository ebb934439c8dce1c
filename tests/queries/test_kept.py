"""Answers that are kept for who makes each page in several languages."""

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.models import Lab, begin_writing
from diary.queries.kept import keeping, kept
from tests.builders import a_lab


@kept
def all_labs(session: Session, at_most: int) -> list[Lab]:
    return list(session.scalars(select(Lab).limit(at_most)))


def lasting(db: Session, answers: dict[object, object]) -> Session:
    a_lab(db)
    db.commit()
    sessions = sessionmaker(db.get_bind(), expire_on_commit=False, info={})
    return keeping(sessions, answers)()


def test_what_is_kept_is_asked_once_and_outlives_its_transaction(db: Session) -> None:
    answers: dict[object, object] = {}
    with lasting(db, answers) as session:
        found = all_labs(session, 5)
        session.rollback()
        assert all_labs(session, 5) is found
        assert found[0].slug == "boden"
        assert all_labs(session, 0) == []
        answers.clear()
        assert all_labs(session, 5) is not found


def test_nothing_is_kept_unasked(db: Session) -> None:
    assert all_labs(db, 5) == []
    begin_writing(db)
    a_lab(db)
    assert [lab.slug for lab in all_labs(db, 5)] == ["boden"]
