"""How feeds go on and forget: archive documents, pages, tombstones."""

import json
import uuid
from datetime import timedelta

import pytest
from lxml import etree

from diary.feeds import Tombstone, atom, json_feed, rss
from tests.feeds.builders import HOME, NOON, a_feed, an_entry
from tests.feeds.history import NS
from tests.feeds.rules import faults

WRITERS = {"atom": atom, "rss": rss, "json": json_feed}
GONE = Tombstone(
    uuid.UUID(int=9), NOON, NOON + timedelta(days=9), "Borttaget", "Inlägget är borttaget."
)
ARCHIVE = (
    ("current", f"{HOME}/feed.x"),
    ("prev-archive", f"{HOME}/feed/archive/1.x"),
    ("next-archive", f"{HOME}/feed/archive/3.x"),
)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_feed_with_a_tombstone_keeps_the_rules(kind):
    feed = a_feed(an_entry(), tombstones=(GONE,))
    assert faults(kind, WRITERS[kind](feed)) == []


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_an_archive_document_says_so_and_leads_on(kind):
    document = WRITERS[kind](a_feed(an_entry(), archive=True, links=ARCHIVE))
    assert faults(kind, document) == []
    root = etree.fromstring(document)
    head = root if kind == "atom" else root.find("channel")
    assert head.find("fh:archive", NS) is not None
    links = {link.get("rel"): link.get("href") for link in head.iterfind("a:link", NS)}
    assert links.items() >= dict(ARCHIVE).items()


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_another_document_does_not_call_itself_archived(kind):
    assert b"archive" not in WRITERS[kind](a_feed(an_entry()))


def test_atom_names_the_dead_and_when_they_went():
    root = etree.fromstring(atom(a_feed(tombstones=(GONE,))))
    (gone,) = root.iterfind("at:deleted-entry", NS)
    assert dict(gone.attrib) == {"ref": GONE.uid.urn, "when": "2019-05-12T12:00:00+00:00"}
    assert "Borttaget" not in etree.tostring(root, encoding="unicode")


def test_rss_empties_the_item():
    channel = etree.fromstring(rss(a_feed(tombstones=(GONE,)))).find("channel")
    (item,) = channel.findall("item")
    said = {etree.QName(part).localname: part.text for part in item}
    assert said == {
        "title": "Borttaget",
        "description": "Inlägget är borttaget.",
        "guid": GONE.uid.urn,
        "pubDate": "Fri, 03 May 2019 12:00:00 +0000",
        "modified": "2019-05-12T12:00:00+00:00",
    }


def test_json_feed_empties_the_item_and_goes_on():
    feed = a_feed(tombstones=(GONE,), links=(("next", f"{HOME}/feed.json?before=3"),))
    document = json.loads(json_feed(feed))
    assert document["next_url"] == f"{HOME}/feed.json?before=3"
    assert document["items"] == [
        {
            "id": GONE.uid.urn,
            "title": "Borttaget",
            "content_text": "Inlägget är borttaget.",
            "date_published": "2019-05-03T12:00:00+00:00",
            "date_modified": "2019-05-12T12:00:00+00:00",
        }
    ]
