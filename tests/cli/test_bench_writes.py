"""Nothing that was answered is lost, however many write at once on two servers."""

from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import bench_publishing
from diary.cli.bench_authors import Draft, lost
from diary.cli.bench_pages import settings_of
from diary.cli.bench_writes import measure
from diary.config import Settings
from diary.models import Account, Status
from tests.builders import a_lab, a_post


@pytest.fixture
def own(settings: Settings) -> Mapping[str, str]:
    """What a server of the fresh diary is started with."""
    return settings_of(settings, settings.database_url)


def test_ten_authors_on_two_servers_lose_nothing(
    own: Mapping[str, str], sessions: sessionmaker[Session], db: Session, alice: Account
):
    a_lab(db, "boden")
    a_post(db, alice, lab="boden")
    db.commit()
    done = measure(own, sessions, authors=10, readers=5, pause=0.05, posts=1, seconds=500)
    assert done.errors == ()
    assert done.lost == ()
    times = {deed.deed: deed.times for deed in done.deeds}
    assert all(times.values()), times


def test_what_is_published_is_seen_on_every_page_of_both_servers(
    own: Mapping[str, str],
    sessions: sessionmaker[Session],
    db: Session,
    alice: Account,
    monkeypatch: pytest.MonkeyPatch,
):
    a_lab(db, "boden")
    a_post(db, alice, lab="boden")
    db.commit()
    for name, value in {"SECONDS": 4, "TIMES": 1, "CONNECTIONS": 8}.items():
        monkeypatch.setattr(bench_publishing, name, value)
    done = bench_publishing.measure(own, sessions)
    assert done.wrong == 0
    assert len(done.each) == 1
    assert done.p99 > 0


def test_what_is_lost_is_found(db: Session, alice: Account):
    kept = a_post(db, alice, Status.DRAFT, body="Så står det.")
    sent = a_post(db, alice, Status.SUBMITTED, body="Så kom det fram.")
    fine = [Draft(kept.id, "0.1", "Så står det.", 1), Draft(sent.id, "", "Så kom det fram.", 3)]
    fine[1].sent = True
    assert lost(db, fine) == []
    wrong = [
        Draft(kept.id, "0.1", "Så stod det.", 1),
        Draft(kept.id, "0.2", "Så står det.", 2),
        Draft(kept.id, "0.1", "Så står det.", 1, pictures=["borta"]),
        Draft(kept.id, "0.1", "Så står det.", 1, sent=True),
        Draft(sent.id, "", "Något annat.", 3, sent=True),
        Draft(sent.id + 1000, "", "", 1),
    ]
    assert len(lost(db, wrong)) == len(wrong)
    doubtful = Draft(kept.id, "0.0", "Ett ord.", 0, doubtful="Två ord.\nSå står det.")
    assert lost(db, [doubtful]) == []
