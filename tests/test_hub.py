"""Telling a hub over HTTP."""

import pytest

from diary.hub import NotTold, teller
from tests.hubs import answering

BASE = "https://dagbok.example.org"


def test_each_format_is_told_by_both_names() -> None:
    with answering(204) as hub:
        teller(hub.url, BASE)("/labs/boden/feed")
    topics = [f"{BASE}/labs/boden/feed.{kind}" for kind in ("atom", "rss", "json")]
    assert hub.posts == [
        {"hub.mode": ["publish"], "hub.url": [topic], "hub.topic": [topic]} for topic in topics
    ]


@pytest.mark.parametrize("status", [302, 308, 400, 404, 500, 503])
def test_what_a_hub_does_not_take_is_not_told(status: int) -> None:
    with answering(status, "/elsewhere") as hub, pytest.raises(NotTold, match=str(status)):
        teller(hub.url, BASE)("/feed")
    assert len(hub.posts) == 1


def test_a_hub_that_is_away_is_not_told() -> None:
    with answering() as hub:
        pass
    with pytest.raises(NotTold):
        teller(hub.url, BASE)("/feed")
