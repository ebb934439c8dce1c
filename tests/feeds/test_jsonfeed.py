"""JSON Feed 1.1: valid by the rules, whole, and nothing empty in it."""

import json

import pytest

from diary.feeds import FeedAuthor, json_feed
from diary.feeds.entries import content
from tests.feeds.builders import HOME, a_feed, a_picture, a_rich_feed, an_entry
from tests.feeds.rules import json_faults


@pytest.mark.parametrize("feed", [a_rich_feed(), a_feed()], ids=["rich", "empty"])
def test_the_rules_of_the_format_are_kept(feed):
    assert json_faults(json_feed(feed)) == []


def test_the_rules_find_a_fault():
    assert json_faults(json_feed(a_feed(an_entry(), an_entry())))
    assert json_faults(json_feed(a_feed(an_entry())).replace(b"+00:00", b""))


def test_the_head_says_what_the_feed_is():
    head = json.loads(json_feed(a_feed()))
    assert head == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Dagboken",
        "description": "Vi som bor här skriver.",
        "home_page_url": f"{HOME}/",
        "feed_url": f"{HOME}/feed",
        "icon": f"{HOME}/static/img/icon.png",
        "language": "sv",
        "items": [],
    }


def test_an_item_says_everything_about_a_post():
    author = FeedAuthor("Amal", "ny i Boden", f"{HOME}/authors/amal")
    entry = an_entry(authors=(author,), pictures=(a_picture(),))
    (item,) = json.loads(json_feed(a_feed(entry)))["items"]
    assert item == {
        "id": entry.urn,
        "url": entry.url,
        "title": entry.title,
        "content_html": content(entry),
        "summary": entry.summary,
        "image": a_picture().url,
        "date_published": "2019-05-04T12:00:00+00:00",
        "date_modified": "2019-05-04T14:00:00+00:00",
        "authors": [
            {"name": "Amal", "url": f"{HOME}/authors/amal", "_byline": {"role": "ny i Boden"}}
        ],
        "tags": ["BIS i Boden"],
        "language": "sv",
        "attachments": [
            {
                "url": a_picture().url,
                "mime_type": "image/jpeg",
                "title": "Kafékväll",
                "size_in_bytes": 48001,
                "_picture": {
                    "width": 960,
                    "height": 640,
                    "alt": "Två barn vid ett bord",
                    "credit": "Petra",
                },
            }
        ],
    }


def test_what_is_not_known_is_left_out():
    bare = an_entry(html="", summary="", authors=(), categories=())
    (item,) = json.loads(json_feed(a_feed(bare)))["items"]
    assert not item.keys() & {"summary", "image", "authors", "tags", "attachments"}
