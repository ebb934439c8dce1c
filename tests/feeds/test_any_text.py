"""Whatever people type, every feed stays well-formed and gives the words back."""

import json
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from diary.feeds import Category, FeedAuthor, absolute, atom, json_feed, rss
from tests.feeds.builders import a_feed, a_picture, an_entry
from tests.feeds.rules import NS, atom_faults, json_faults, rss_faults

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]")
TEXT = st.text(
    st.characters() | st.sampled_from("<>&\"'\r\n\t\x00\x0b\u202eا🧶]"), min_size=1, max_size=30
)
FEW = settings(max_examples=60, deadline=None)


def fit(text):
    kept = FORBIDDEN.sub("", text)
    return kept if kept.strip() else ""


@FEW
@given(title=TEXT, name=TEXT, words=TEXT)
@example(title="]]>", name="</name>", words="<![CDATA[ ]]>")
@example(title="\ud800\x00", name="\x1b", words="\x0b")
@example(title="مرحبا <b>", name="👩‍👩‍👧", words="a\r\nb")
def test_any_text_comes_back_from_every_kind(title, name, words):
    entry = an_entry(
        title=title,
        summary=words,
        authors=(FeedAuthor(name, words, None),),
        categories=(Category("https://diary.example/labs", "boden", words),),
        pictures=(a_picture(alt=words, caption=words, credit=words),),
    )
    feed = a_feed(entry, title=title, subtitle=words)
    head = fit(title) or entry.url
    names = [fit(name)] if fit(name) else []
    assert (atom_faults(atom(feed)), rss_faults(rss(feed))) == ([], [])
    item = etree.fromstring(atom(feed)).find("a:entry", NS)
    assert item.findtext("a:title", None, NS) == head
    assert [n.text for n in item.iterfind("a:author/a:name", NS)] == names
    item = etree.fromstring(rss(feed)).find("channel/item")
    assert item.findtext("title") == head
    assert [n.text for n in item.iterfind("dc:creator", NS)] == names
    spoken = [n.text for n in item.iterfind("media:content/media:title", NS)]
    assert spoken == ([fit(words)] if fit(words) else [])
    assert json_faults(json_feed(feed)) == []
    item = json.loads(json_feed(feed))["items"][0]
    assert (item["title"], [a["name"] for a in item.get("authors", [])]) == (head, names)


@FEW
@given(TEXT)
def test_text_in_a_body_survives_the_mending_of_its_addresses(text):
    node = etree.Element("p")
    node.text = fit(text).replace("\r", "")  # HTML knows no carriage return
    body = etree.tostring(node, encoding="unicode", method="html")
    assert absolute(body, "https://diary.example/") == body
