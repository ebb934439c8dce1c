"""Neutral entries: what is stored is fit for a feed, and the HTML stands on its own."""

from datetime import datetime
from html import unescape

import pytest
from lxml import html

from diary.feeds import FeedAuthor, SecondText, absolute
from diary.feeds.entries import content, named
from tests.feeds.builders import HOME, a_feed, a_picture, an_entry

PAGE = f"{HOME}/posts/kafe"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('<a href="/labs/boden">x</a>', f'<a href="{HOME}/labs/boden">x</a>'),
        ('<a href="annat">x</a>', f'<a href="{HOME}/posts/annat">x</a>'),
        ('<a href="#not">x</a>', f'<a href="{PAGE}#not">x</a>'),
        ('<a href="//cdn.example/a">x</a>', '<a href="https://cdn.example/a">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<img src="../a.jpg">', f'<img src="{HOME}/a.jpg">'),
        ('<img srcset="/a.jpg 1x,/b.jpg 2x">', f'<img srcset="{HOME}/a.jpg 1x, {HOME}/b.jpg 2x">'),
        ('<img srcset="/a,b.jpg, c.jpg">', f'<img srcset="{HOME}/a,b.jpg, {HOME}/posts/c.jpg">'),
        ("mer <em>text</em> & en å", "mer <em>text</em> &amp; en å"),
        ("<p>ett</p><p>två</p>", "<p>ett</p><p>två</p>"),
        ('<a href="http://[">x</a>', '<a href="http://[">x</a>'),
        ('<img srcset="http://[ 1x">', '<img srcset="http://[ 1x">'),
        ("", ""),
    ],
)
def test_addresses_become_absolute_and_the_rest_stays(given, expected):
    assert unescape(absolute(given, PAGE)).replace("%5B", "[") == unescape(expected)


def test_a_deeply_nested_body_loses_nothing():
    deep = "<blockquote>" * 1000 + "<p>innerst</p>" + "</blockquote>" * 1000
    assert absolute(deep, PAGE) == deep


def test_a_picture_is_shown_with_all_that_is_known_of_it():
    picture = a_picture(alt='"Två" <barn>', caption="Kafé & kör", credit="Petra <3")
    tree = html.fromstring(content(an_entry(pictures=(picture,))))
    shown = tree.find("figure/img")
    assert dict(shown.attrib) == {
        "src": picture.url, "alt": '"Två" <barn>', "width": "960", "height": "640",
    }  # fmt: skip
    lines = tree.xpath("figure/figcaption/span/text()")
    assert lines == ["Kafé & kör", "Petra <3"]


def test_pictures_stand_where_the_page_has_them_and_in_order():
    entry = an_entry(lang="ar", gist="Hej", pictures=tuple(map(a_picture, (3, 1, 2))))
    tree = html.fromstring(content(entry))
    assert [child.tag for child in tree] == ["p", "figure", "p", "figure", "figure", "footer"]
    assert tree.xpath("figure/img/@src") == [picture.url for picture in entry.pictures]


def test_a_picture_without_words_has_no_empty_caption():
    shown = content(an_entry(pictures=(a_picture(alt="", caption="", credit=""),)))
    assert "figcaption" not in shown
    assert 'alt=""' in shown


def test_roles_are_told_beneath_the_post():
    authors = (FeedAuthor("Amal", "ny i Boden", None), FeedAuthor("Åke", "", None))
    tree = html.fromstring(content(an_entry(authors=authors)))
    assert [card.text_content() for card in tree.findall("footer/p/bdi")] == [
        "Amal, ny i Boden", "Åke",
    ]  # fmt: skip
    assert tree.find_class("p-role")[0].text == "ny i Boden"
    assert [name.text for name in tree.find_class("p-name")] == ["Amal", "Åke"]
    assert "<footer>" not in content(an_entry(authors=authors[1:]))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("sv", "ltr"),
        ("ar", "rtl"),
        ("ar-SY", "rtl"),
        ("fa", "rtl"),
        ("so", "ltr"),
        ("en-GB", "ltr"),
    ],
)
def test_the_wrapper_says_language_and_direction(lang, expected):
    assert content(an_entry(lang=lang)).startswith(f'<div lang="{lang}" dir="{expected}">')


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        an_entry(published=datetime(2019, 5, 3, 12))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="zone"):
        a_feed(updated=datetime(2019, 5, 3, 12))  # noqa: DTZ001 - that is the point


def test_characters_that_xml_forbids_are_dropped_everywhere():
    assert an_entry(title="a\x00b\x0bc\ufffe\ud800d\x85").title == "abcd"
    assert a_picture(caption="\x1bKafé\n").caption == "Kafé\n"


def test_a_title_of_nothing_printable_gives_way_to_the_address():
    entry = an_entry(title="\x00 ")
    assert named(entry) == entry.url


def test_a_second_text_follows_the_first_under_its_heading():
    second = SecondText("På lätt <svenska>", "sv", '<p><a href="/labs/boden">Vi</a> satt.</p>')
    entry = an_entry(lang="ar", html="<p>جلسنا</p>", second=second, pictures=(a_picture(),))
    tree = html.fromstring(content(entry))
    assert [child.tag for child in tree] == ["figure", "p", "section", "footer"]
    heading, text = tree.find("section")
    assert (heading.tag, heading.text) == ("h2", "På lätt <svenska>")
    assert (heading.get("lang"), heading.get("dir")) == ("sv", "ltr")
    assert (text.get("lang"), text.get("dir")) == ("sv", "ltr")
    assert text.find("p/a").get("href") == f"{HOME}/labs/boden"


def test_an_empty_second_text_is_none():
    assert content(an_entry(second=SecondText("Lätt", "sv", " "))) == content(an_entry())


def test_the_line_in_the_feeds_language_comes_first():
    tree = html.fromstring(content(an_entry(lang="ar", gist="En kväll & en natt")))
    assert (tree[0].get("lang"), tree[0].find("em").text) == ("sv", "En kväll & en natt")


def test_who_wrote_it_down_is_told_even_without_roles():
    said = "Petra skrev det här åt Fatima."
    entry = an_entry(authors=(FeedAuthor("Fatima", "", None),), written_for=said)
    assert html.fromstring(content(entry)).xpath("footer/p/text()") == [said]


def test_a_picture_of_a_film_has_a_plain_link_below():
    picture = a_picture(link="https://vimeo.com/1?a&b", host="vimeo.com")
    tree = html.fromstring(content(an_entry(pictures=(picture,))))
    link = tree.xpath("figure/following-sibling::*[1]/a")[0]
    assert (link.get("href"), link.text) == ("https://vimeo.com/1?a&b", "▶ vimeo.com")
