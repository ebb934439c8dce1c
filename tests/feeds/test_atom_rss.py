"""Atom and RSS: valid by the rules, read back whole, mended where feedgen falls short."""

import locale
import time
from dataclasses import replace

import feedparser
import pytest
from lxml import etree

from diary.feeds import MEDIA_TYPES, FeedAuthor, atom, json_feed, rss
from diary.feeds.entries import content
from tests.feeds.builders import HOME, NOON, a_feed, a_picture, a_rich_feed, an_entry
from tests.feeds.rules import NS, XML_LANG, atom_faults, rss_faults

WRITERS = {"atom": atom, "rss": rss}
XML = pytest.mark.parametrize("kind", WRITERS)


def read(kind, feed):
    """The feed as a reader's parser sees it that changes nothing."""
    return feedparser.parse(
        WRITERS[kind](feed),
        response_headers={"content-type": f"{MEDIA_TYPES[kind]}; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def nodes(kind, feed, path):
    return etree.fromstring(WRITERS[kind](feed)).findall(path, NS)


@pytest.mark.parametrize("feed", [a_rich_feed(), a_feed()], ids=["rich", "empty"])
def test_the_rules_of_each_format_are_kept(feed):
    assert atom_faults(atom(feed)) == []
    assert rss_faults(rss(feed)) == []


def test_the_rules_find_a_fault():
    """Rules that never complain would prove nothing."""
    sound = a_feed(an_entry(pictures=(a_picture(),)))
    twice = a_feed(an_entry(), an_entry())
    assert any("twice" in fault for fault in atom_faults(atom(twice)))
    assert any("twice" in fault for fault in rss_faults(rss(twice)))
    for good, bad in [(b"+00:00", b""), (b"https://diary.example/pictures", b"/pictures")]:
        assert atom_faults(atom(sound).replace(good, bad)), bad
    for good, bad in [(b"<link>https:", b"<link>"), (b'length="48001"', b""), (b"false", b"true")]:
        assert rss_faults(rss(sound).replace(good, bad)), bad


@XML
def test_a_reader_gets_every_word_and_picture_back(kind):
    feed = a_rich_feed()
    seen = read(kind, feed)
    assert seen.bozo == 0
    assert (seen.feed.title, seen.feed.subtitle) == (feed.title, feed.subtitle)
    assert (seen.feed.link, seen.feed.language, seen.feed.rights) == (
        feed.home_url, feed.lang, feed.rights,
    )  # fmt: skip
    for got, entry in zip(seen.entries, feed.entries, strict=True):
        assert (got.id, got.link, got.title) == (entry.urn, entry.url, entry.title)
        body = got.content[0].value if "content" in got else got.summary
        assert body == content(entry)
        assert [tag.label or tag.term for tag in got.get("tags", [])] == [
            category.label for category in entry.categories
        ]
        pictures = [medium["url"] for medium in got.get("media_content", [])]
        assert pictures == [picture.url for picture in entry.pictures]
        assert got.published_parsed[:6] == entry.published.timetuple()[:6]


@XML
def test_order_is_the_callers(kind):
    feed = a_feed(an_entry(3), an_entry(1), an_entry(2))
    assert [got.title for got in read(kind, feed).entries] == ["Inlägg 3", "Inlägg 1", "Inlägg 2"]


@XML
def test_one_picture_stands_alone_and_several_side_by_side(kind):
    for number in (1, 2):
        feed = a_feed(an_entry(pictures=tuple(map(a_picture, range(1, number + 1)))))
        assert nodes(kind, feed, ".//media:group") == []
        assert len(nodes(kind, feed, ".//media:content")) == number


@XML
def test_a_picture_brings_its_words_and_its_size(kind):
    (medium,) = nodes(kind, a_feed(an_entry(pictures=(a_picture(),))), ".//media:content")
    assert (medium.get("width"), medium.get("height"), medium.get("fileSize")) == (
        "960", "640", "48001",
    )  # fmt: skip
    words = {etree.QName(child).localname: child.text for child in medium}
    assert words == {
        "title": "Kafékväll", "description": "Två barn vid ett bord", "credit": "Petra",
    }  # fmt: skip


def test_atom_links_say_what_they_are():
    links = nodes("atom", a_feed(an_entry(pictures=(a_picture(),))), "a:entry/a:link")
    assert [dict(link.attrib) for link in links] == [
        {"href": f"{HOME}/posts/post-1", "rel": "alternate", "type": "text/html"},
        {
            "href": a_picture().url, "rel": "enclosure", "type": "image/jpeg",
            "length": "48001", "title": "Kafékväll",
        },
    ]  # fmt: skip


def test_atom_has_an_enclosure_for_each_picture_and_rss_for_the_first():
    feed = a_feed(an_entry(pictures=(a_picture(1), a_picture(2))))
    assert len(nodes("atom", feed, "a:entry/a:link[@rel='enclosure']")) == 2
    (enclosure,) = nodes("rss", feed, ".//enclosure")
    assert dict(enclosure.attrib) == {
        "url": a_picture(1).url, "type": "image/jpeg", "length": "48001",
    }  # fmt: skip


def test_authors_without_a_mail_address_are_named_in_both():
    authors = (FeedAuthor("Amal", "", f"{HOME}/authors/amal"), FeedAuthor("Åke", "", None))
    feed = a_feed(an_entry(authors=authors))
    names = [node.text for node in nodes("atom", feed, "a:entry/a:author/a:name")]
    assert names == ["Amal", "Åke"]
    assert [node.text for node in nodes("rss", feed, ".//dc:creator")] == names
    assert [n.text for n in nodes("atom", feed, ".//a:uri")] == [f"{HOME}/authors/amal"]


def test_categories_name_their_scheme():
    feed = a_rich_feed()
    terms = {(n.get("scheme"), n.get("term")) for n in nodes("atom", feed, ".//a:category")}
    assert terms == {(f"{HOME}/labs", "boden"), (f"{HOME}/methods", "choir")}
    domains = {(n.get("domain"), n.text) for n in nodes("rss", feed, ".//category")}
    assert domains == {(f"{HOME}/labs", "BIS i Boden"), (f"{HOME}/methods", "Kör & sång")}


def test_each_entry_says_its_language():
    feed = a_rich_feed()
    entries = nodes("atom", feed, "a:entry")
    assert [entry.get(XML_LANG) for entry in entries] == ["ar", "sv", "sv", "sv"]
    assert [n.text for n in nodes("rss", feed, ".//dc:language")] == ["ar", "sv", "sv", "sv"]


def test_what_the_diary_says_in_an_entry_is_in_its_own_language():
    arabic = a_rich_feed().entries[0]
    entry = replace(arabic, summary=arabic.gist)
    (label,) = nodes("atom", a_feed(entry), ".//a:category")
    (summary,) = nodes("atom", a_feed(entry), ".//a:summary")
    assert (label.get(XML_LANG), summary.get(XML_LANG)) == ("sv", "sv")
    without = replace(entry, gist="", summary="جلسنا معا.")
    assert nodes("atom", a_feed(without), ".//a:summary")[0].get(XML_LANG) is None
    assert nodes("atom", a_feed(an_entry()), ".//a:category")[0].get(XML_LANG) is None


@XML
def test_a_reader_sees_when_a_post_was_changed(kind):
    (seen,) = read(kind, a_feed(an_entry())).entries
    assert seen.updated_parsed[:6] == an_entry().updated.timetuple()[:6]
    assert seen.published_parsed[:6] == an_entry().published.timetuple()[:6]


def test_the_channel_leads_to_the_home_page_and_names_itself():
    assert [n.text for n in nodes("rss", a_feed(), "channel/link")] == [f"{HOME}/"]
    (own,) = nodes("rss", a_feed(), "channel/a:link")
    assert (own.get("href"), own.get("rel")) == (f"{HOME}/feed", "self")
    assert own.get("type") == MEDIA_TYPES["rss"]


def test_a_summary_with_an_angle_bracket_is_text_in_both():
    feed = a_feed(an_entry(summary="1 < 2 & <b>"))
    assert nodes("atom", feed, "a:entry/a:summary")[0].text == "1 < 2 & <b>"
    assert nodes("rss", feed, ".//item/description")[0].text == "1 &lt; 2 &amp; &lt;b&gt;"


def test_equal_feeds_are_equal_bytes_a_second_later():
    writers = (atom, rss, json_feed)
    before = [write(a_rich_feed()) for write in writers]
    time.sleep(1.01)
    assert [write(a_rich_feed()) for write in writers] == before


def test_dates_do_not_touch_the_locale_of_other_threads(monkeypatch):
    def refuse(*_):
        raise AssertionError("the process's locale was changed")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert NOON.strftime("%Y") in rss(a_feed(an_entry())).decode()
