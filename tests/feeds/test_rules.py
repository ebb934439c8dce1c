"""Rules that never complain would prove nothing: each finds the fault it is for."""

import pytest

from diary.feeds import atom, json_feed, rss
from tests.feeds.builders import HOME, a_feed, a_picture, an_entry
from tests.feeds.rules import faults

SOUND = a_feed(an_entry(pictures=(a_picture(),)))
DOCUMENTS = {"atom": atom(SOUND), "rss": rss(SOUND), "json": json_feed(SOUND)}
ARCHIVE = '<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>'
COMPLETE = ARCHIVE.replace("archive", "complete")
GONE = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{}" when="{}"/>'
NOON = "2020-02-07T12:00:00+00:00"
ALIVE, DEAD = an_entry().urn, an_entry(9).urn


def link(rel, path):
    return f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="{rel}" href="{HOME}/{path}"/>'


def test_what_is_sound_has_no_faults():
    for kind, document in DOCUMENTS.items():
        assert faults(kind, document) == [], kind


@pytest.mark.parametrize(
    ("kind", "good", "bad", "said"),
    [
        ("atom", ' xml:lang="sv"', "", "without a language"),
        ("atom", "<icon>", "<icon>x</icon><icon>", "more than once"),
        ("atom", f'scheme="{HOME}/labs"', "", "no absolute address"),
        ("atom", 'term="boden"', 'term=""', "category without a word"),
        ("atom", 'rel="alternate"', 'rel="related"', "no page for reading"),
        ("atom", "Vi satt", "Vi \x80satt", "broken encoding"),
        ("atom", "&lt;img ", "&lt;img onload='x()' ", "onload="),
        ("atom", "Inlägg 1</title>", "</title>", "or empty"),
        ("rss", "2.0", "0.91", "version"),
        ("rss", "<language>sv", "<language>svenska!", "language"),
        ("rss", 'rel="self"', 'rel="other"', "its own address"),
        ("rss", f'domain="{HOME}/labs"', "", "no absolute address"),
        ("rss", "<dcterms:modified>2019", "<dcterms:modified>19", "RFC 3339"),
        ("rss", "<pubDate>", "<pubDate>Mon, ", "RFC 822"),
        ("rss", "&lt;img ", "&lt;script&gt;&lt;/script&gt;&lt;img ", "<script>"),
        ("rss", " alt=", " data-alt=", "without alt"),
        ("rss", f'href="{HOME}/feed"', 'href="/feed"', "no absolute address"),
        ("rss", 'isPermaLink="false"', "", "guid"),
        ("json", "version/1.1", "version/1", "version"),
        ("json", '"id"', '"ident"', "id"),
        ("json", '"size_in_bytes": 48001', '"size_in_bytes": "48001"', "integer"),
        ("json", '"tags": ["BIS i Boden"]', '"tags": ["x", "x"]', "non-unique"),
        ("json", '"content_html"', '"content"', "content"),
        ("json", '"date_published": "2019-', '"date_published": "19-', "date_published"),
        ("json", '"icon"', f'"next_url": "{HOME}/feed", "icon"', "back to the feed itself"),
        ("json", '"_picture": {', '"picture": {', "picture"),
        ("json", '"authors": [{"name": "Amal"', '"authors": [{"nick": "Amal"', "authors"),
    ],
)
def test_a_fault_is_found(kind, good, bad, said):
    document = DOCUMENTS[kind].decode()
    assert good in document
    found = faults(kind, document.replace(good, bad, 1).encode())
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize("kind", ["atom", "rss"])
@pytest.mark.parametrize(
    ("added", "said"),
    [
        (ARCHIVE + link("current", "feed.x") + link("prev-archive", "1"), None),
        (ARCHIVE + link("current", "feed.x") + link("next-archive", "3"), None),
        (link("prev-archive", "8"), None),
        (link("next", "2") + link("first", "feed.x"), None),
        (COMPLETE, None),
        (ARCHIVE, "does not name the current"),
        (ARCHIVE + COMPLETE + link("current", "feed.x"), "more than one"),
        (ARCHIVE + link("current", "feed"), "takes itself for"),
        (ARCHIVE.replace("/>", ">x</fh:archive>") + link("current", "x"), "something stands in"),
        (link("next-archive", "3"), "outside an archive document"),
        (link("prev-archive", "feed"), "leads back"),
        (link("prev-archive", "1") + link("prev-archive", "2"), "twice"),
        (link("prev-archive", "1") + link("next", "2"), "with pages"),
        (link("current", "feed.x"), "nothing is but the current"),
        (COMPLETE + link("next", "2"), "complete feed that goes on"),
    ],
)
def test_how_a_feed_goes_on(kind, added, said):
    first = "<entry" if kind == "atom" else "<item>"
    document = DOCUMENTS[kind].decode().replace(first, added + first, 1)
    found = faults(kind, document.encode())
    assert any(said in fault for fault in found) if said else found == [], found


@pytest.mark.parametrize(
    ("ref", "when", "said"),
    [
        (DEAD, NOON, None),
        (DEAD, NOON.replace("+00:00", "Z"), None),
        (ALIVE, NOON, "deleted and alive"),
        (DEAD, NOON.removesuffix("+00:00"), "deleted at"),
        (DEAD, "2020-02-07", "deleted at"),
        (DEAD, "", "deleted at"),
        ("9", NOON, "deleted: "),
    ],
)
def test_what_a_tombstone_says(ref, when, said):
    document = DOCUMENTS["atom"].decode().replace("<entry", GONE.format(ref, when) + "<entry", 1)
    found = faults("atom", document.encode())
    assert any(said in fault for fault in found) if said else found == [], found


def test_a_tombstone_stands_once_and_in_the_feed():
    stone = GONE.format(DEAD, NOON)
    twice = DOCUMENTS["atom"].decode().replace("<entry", 2 * stone + "<entry", 1)
    assert any("deleted twice" in fault for fault in faults("atom", twice.encode()))
    inside = DOCUMENTS["atom"].decode().replace("</entry>", stone + "</entry>", 1)
    assert any("outside the feed" in fault for fault in faults("atom", inside.encode()))
