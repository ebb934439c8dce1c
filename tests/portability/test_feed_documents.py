"""Feeds as a way in: three formats, walked back to the first post."""

import json
from datetime import UTC, datetime

import pytest

from diary.portability.feed_documents import Unreadable, document, walk

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv"><title>Dagboken</title>
<link rel="prev-archive" href="/feed/1.atom"/>
<entry><id>urn:x:1</id><title>Kören</title><link href="/p/koren"/>
<published>2019-03-01T12:00:00+01:00</published><updated>2019-03-02T12:00:00Z</updated>
<author><name>Amal</name></author><author><name>Petra</name></author>
<category term="kor" label="Kör"/>
<content type="html">&lt;p&gt;Vi &lt;b&gt;sjöng&lt;/b&gt;&lt;/p&gt;
&lt;img src="/a.jpg"&gt;</content>
</entry></feed>""".encode()
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": %s}'


def test_an_atom_entry_is_read_whole() -> None:
    found = document(ATOM, "https://example.org/feed.atom")
    assert found.onward == ("https://example.org/feed/1.atom",)
    (entry,) = found.entries
    assert (entry.id, entry.title, entry.url) == ("urn:x:1", "Kören", "https://example.org/p/koren")
    assert entry.published == datetime(2019, 3, 1, 11, tzinfo=UTC)
    assert (entry.authors, entry.tags, entry.lang) == (("Amal", "Petra"), ("Kör",), "sv")
    assert "<b>sjöng</b>" in entry.html
    assert 'src="https://example.org/a.jpg"' in entry.html


def test_rss_and_json_say_the_same() -> None:
    rss = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>D</title><item>
    <guid isPermaLink="false">urn:x:1</guid><title>K</title><link>https://example.org/k</link>
    <pubDate>Fri, 01 Mar 2019 11:00:00 GMT</pubDate><dc:creator>Amal</dc:creator>
    <description>kort</description><content:encoded>&lt;p&gt;hela&lt;/p&gt;</content:encoded>
    <enclosure url="https://example.org/a.jpg" type="image/jpeg" length="1"/></item>
    </channel></rss>"""
    item = {
        "id": "urn:x:1", "title": "K", "url": "https://example.org/k",
        "date_published": "2019-03-01T11:00:00Z", "authors": [{"name": "Amal"}],
        "content_html": "<p>hela</p>",
        "attachments": [{"url": "https://example.org/a.jpg", "mime_type": "image/jpeg"}],
    }  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "D", "items": [item]}
    (one,), (other,) = (document(data).entries for data in (rss, json.dumps(feed).encode()))
    seen = ("id", "title", "url", "html", "published", "authors", "pictures")
    assert [getattr(one, name) for name in seen] == [getattr(other, name) for name in seen]


def test_words_without_marks_become_paragraphs() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "content_text": "Ett <b>\n\nTvå"}, {"id": "2"}],
    }
    found = document(json.dumps(feed).encode())
    assert [entry.html for entry in found.entries] == ["<p>Ett &lt;b&gt;</p><p>Två</p>"]
    assert found.skipped == ("2",)


@pytest.mark.parametrize("data", [b"", b"<html><p>Hej</p></html>", b"{", b'{"items": []}', b"Hej",
                                  JSON % b"5", JSON % b'[{"authors": ["Amal"]}]'])  # fmt: skip
def test_what_is_no_feed_says_so(data: bytes) -> None:
    with pytest.raises(Unreadable):
        document(data)


def test_a_feed_that_leads_in_a_circle_ends() -> None:
    pages = {
        f"https://example.org/{n}": ATOM.replace(b"/feed/1.atom", f"/{(n + 1) % 3}".encode())
        for n in range(3)
    }
    assert len([*walk("https://example.org/0", pages.__getitem__)]) == 3


def test_an_address_that_cannot_be_taken_apart_is_none() -> None:
    item = b'[{"id": "1", "url": "http://[x/", "image": "http://[", "content_text": "Hej"}]'
    (entry,) = document(JSON % item, "https://example.org/").entries
    assert (entry.url, entry.pictures) == ("", ())
