"""What building a feed's documents costs in a diary a hundred times as long."""

import time
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask

from diary.cli.bench_journey import fill
from diary.models import begin_writing

DOCUMENTS = ("/feed.atom", "/feed.rss", "/feed.json", "/feed/archive/3.atom")
TIMES_AS_MANY = 100
TIMES = 20


@dataclass(frozen=True, slots=True)
class Document:
    """Seconds of processor time for a document, in a short and in a long diary."""

    path: str
    few: float
    many: float

    @property
    def ratio(self) -> float:
        """How much longer it takes in the long one."""
        return self.many / self.few


def measure(app: Flask) -> list[Document]:
    """Measure with a demonstration's posts, then with a hundred times as many, which it keeps."""
    few = [_seconds(app, path) for path in DOCUMENTS]
    with app.extensions["diary"].sessions() as session:
        begin_writing(session)
        fill(session, TIMES_AS_MANY)
        session.commit()
    many = [_seconds(app, path) for path in DOCUMENTS]
    return [Document(*row) for row in zip(DOCUMENTS, few, many, strict=True)]


def _seconds(app: Flask, path: str) -> float:
    client, spent = app.test_client(), []
    for _ in range(TIMES):
        began = time.process_time()
        answer = client.get(path)
        spent.append(time.process_time() - began)
        if answer.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status}")
    return min(spent)
