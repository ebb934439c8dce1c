"""OPML 2.0: a list that apps take over."""

from datetime import UTC, datetime

from lxml import etree

from diary.feeds import Followed, opml
from tests.feeds.builders import HOME, NOON

WHOLE = Followed("Dagboken", f"{HOME}/", f"{HOME}/feed")
BODEN = Followed('BIS & "Boden" <\x0b', f"{HOME}/labs/boden", f"{HOME}/labs/boden/feed")


def test_the_head_says_what_it_is_and_when_it_changed() -> None:
    root = etree.fromstring(opml("Dagboken", [], datetime(2020, 2, 7, 12, tzinfo=UTC)))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Dagboken"
    assert root.findtext("head/dateModified") == "Fri, 07 Feb 2020 12:00:00 +0000"
    assert root.find("body") is not None


def test_every_outline_is_a_feed_or_a_group_of_feeds() -> None:
    root = etree.fromstring(opml("Dagboken", [("", [WHOLE]), ("Platser", [BODEN])], NOON))
    first, group = root.findall("body/outline")
    assert dict(first.attrib) == {
        "type": "rss", "version": "RSS2", "text": "Dagboken", "title": "Dagboken",
        "xmlUrl": f"{HOME}/feed.rss", "htmlUrl": f"{HOME}/",
    }  # fmt: skip
    assert dict(group.attrib) == {"text": "Platser"}
    (boden,) = group
    assert (boden.get("type"), boden.get("text")) == ("rss", 'BIS & "Boden" <')


def test_what_has_no_printable_name_is_called_by_its_address() -> None:
    nameless = Followed("\x00 ", f"{HOME}/labs/x", f"{HOME}/labs/x/feed")
    root = etree.fromstring(opml("Dagboken", [("", [nameless])], NOON))
    assert root.find("body/outline").get("text") == f"{HOME}/labs/x"
