"""Nothing that was answered is lost, however many write at once on two servers."""

import fcntl
import json
import socket
from collections.abc import Mapping
from http.client import HTTPConnection
from io import BytesIO
from threading import Thread

import pytest
from PIL import Image
from sqlalchemy.orm import Session, sessionmaker

from diary.cli import bench_publishing
from diary.cli.bench_authors import (
    Author,
    Draft,
    _with_file,
    lost,
    make_authors,
    still_open,
)
from diary.cli.bench_load import HOST, served
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


def test_words_are_saved_while_pictures_wait_their_turn(
    own: Mapping[str, str], settings: Settings, db: Session
):
    name = make_authors(db, 1)[0]
    db.commit()
    photo = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(photo, "JPEG")
    with served(own) as server, (settings.instance / "pictures.lock").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # as another process that decodes a picture without end
        author = Author(name, [server.port], photo.getvalue())
        author.come_in()
        draft = author._begin()
        body, kind = _with_file({"csrf_token": author._token}, "photo", photo.getvalue())
        waiting = [HTTPConnection(HOST, server.port, timeout=60) for _ in range(24)]
        for line in waiting:
            line.request("POST", f"/write/{draft.id}/photos", body, author._headers(kind))
        for number in range(20):  # until all pictures have come in
            author._save(draft, f"Orden går före, {number}.")
        fcntl.flock(gate, fcntl.LOCK_UN)
        answers = [line.getresponse() for line in waiting]
        assert {answer.status for answer in answers} == {201}
        draft.pictures.append(json.loads(answers[0].read())["token"])
        for line in (*waiting, *author._lines):
            line.close()
    assert lost(db, [draft]) == []


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


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_anew():
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = HTTPConnection(*server.getsockname())
        for _ in range(2):
            answering = Thread(target=_answer_and_close, args=[server], daemon=True)
            answering.start()
            still_open(line).request("POST", "/", b"words")
            answer = line.getresponse()
            assert answer.status == 200
            answer.read()
            answering.join()
        line.close()


def _answer_and_close(server: socket.socket) -> None:
    asked, _ = server.accept()
    with asked:
        asked.recv(65536)
        asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
