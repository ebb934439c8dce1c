"""Films elsewhere: known by their address, shown as a plain link in a card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.text.films import completed, host, is_film, is_web
from diary.text.markdown import render, sanitise

FILMS = [
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s",
    "https://m.youtube.com/watch?list=a&v=abc",
    "https://youtube.com/shorts/abc",
    "https://youtu.be/abc?t=3",
    "https://www.youtube-nocookie.com/embed/abc",
    "https://vimeo.com/76979871",
    "https://player.vimeo.com/video/76979871?h=8272103f6e",
    "https://framatube.org/w/9c9de5e8-0a1e-484a-b099-e80766180a6d",
    "https://tube.example.net/w/kkGMgK9ZtnKfYAgnEtQxbv",
    "https://tube.example.net/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d",
    "https://www.dailymotion.com/video/x5e9eog",
    "https://dai.ly/x5e9eog",
    "https://www.svtplay.se/video/eXrpYV7/rapport",
    "https://www.facebook.com/watch/?v=10153231379946729",
    "https://www.facebook.com/boden/videos/10153231379946729/",
    "https://fb.watch/abc/",
    "https://www.instagram.com/reel/abc/",
    "https://www.tiktok.com/@boden/video/6718335390845095173",
    "http://vm.tiktok.com/ZM8abc/",
]
OTHERS = [
    "https://www.youtube.com/",
    "https://www.youtube.com/@boden",
    "https://vimeo.com/about",
    "https://notyoutube.com/watch?v=abc",
    "https://youtube.com.example.org/watch?v=abc",
    "https://sv.wikipedia.org/w/index.php?title=Boden",
    "https://www.svt.se/nyheter/",
    "https://www.facebook.com/boden",
    "https://www.instagram.com/p/abc/",
    "ftp://youtube.com/watch?v=abc",
    "//youtu.be/abc",
    "/w/abc",
    "javascript:alert(1)//youtu.be/abc",
    "https://[",
    "",
]


@pytest.mark.parametrize("address", FILMS)
def test_a_film_alone_in_a_paragraph_becomes_a_card(address: str) -> None:
    assert is_film(address)
    html = render(f"Se här:\n\n{address}\n\nBra, va?")
    escaped = address.replace("&", "&amp;")
    link = f'<a rel="nofollow ugc noopener" href="{escaped}">{host(address)}</a>'
    assert f'<p class="film">{link}</p>' in html
    assert html.count("<a ") == 1
    assert sanitise(html) == html


@pytest.mark.parametrize("address", OTHERS)
def test_any_other_address_stays_a_plain_link(address: str) -> None:
    assert not is_film(address)
    assert "film" not in render(address)


def test_a_film_is_called_as_the_writer_calls_it() -> None:
    html = render("[Vår *dans*](https://youtu.be/abc)")
    assert html.startswith('<p class="film" dir="auto"><a ')
    assert html.endswith(">Vår <em>dans</em></a></p>")


@pytest.mark.parametrize(
    "body",
    [
        "Se https://youtu.be/abc",
        "https://youtu.be/abc!",
        "- https://youtu.be/abc",
        "https://youtu.be/abc\nhttps://youtu.be/abd",
    ],
)
def test_a_link_among_words_stays_a_link(body: str) -> None:
    assert 'class="film"' not in render(body)


def test_nobody_can_type_a_card() -> None:
    assert "film" not in render('<p class="film"><a href="https://example.org/">x</a></p>')


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.youtube.com/x", "youtube.com"),
        ("https://youtube.com@example.org/w/abc", "example.org"),
        ("mailto:a@b.se", ""),
        ("https://localhost/x", ""),
        ("http://[", ""),
    ],
)
def test_where_a_link_leads(address: str, name: str) -> None:
    assert host(address) == name
    assert is_web(address) == bool(name)


def test_what_cannot_be_linked() -> None:
    assert not is_web("https://example.org/" + "x" * 1000)
    assert not is_web("https://example.org/a b")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("youtu.be/abc", "https://youtu.be/abc"),
        ("www.vimeo.com/1", "https://www.vimeo.com/1"),
        ("https://vimeo.com/1", "https://vimeo.com/1"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("vår film", "vår film"),
    ],
)
def test_an_address_without_its_beginning(typed: str, meant: str) -> None:
    assert completed(typed) == meant


@given(st.text() | st.text(max_size=60).map("https://youtu.be/".__add__))
def test_no_address_makes_it_fail(text: str) -> None:
    assert is_film(text) in {True, False}
