"""Links of pages and feeds, as the frozen site has them."""

from diary.portability import site_pages
from diary.portability.site_addresses import Addresses, Place

ADDRESSES = Addresses("https://dagboken.example", "sv", ("sv", "en", "ar"))
HERE = Place("/posts/kor", "en")


def page(html: str) -> tuple[str, set[str]]:
    seen: set[str] = set()
    return site_pages.page(html, HERE, ADDRESSES, lambda to: seen.add(to.address)), seen


def test_links_become_relative_and_are_told() -> None:
    made, seen = page('<a class="x" href="/?before=3&amp;x=1#main">A</a>')
    assert made == '<a class="x" href="../../before-3.html#main">A</a>'
    assert seen == {"/?before=3"}


def test_every_size_of_a_picture_is_named() -> None:
    made, _ = page('<img alt="a > b" srcset="/pictures/T/4-a.webp 4w, /pictures/T/9-b.webp 9w">')
    there = "../../../pictures/T"
    assert (
        made
        == f'<img alt="a &gt; b" srcset="{there}/4-a.webp 4w, {there}/9-b.webp 9w">'.replace(
            "&gt;", ">"
        )
    )


def test_words_that_look_like_links_stay() -> None:
    words = '<p>&lt;a href="/x"&gt; and href="/y" are words</p><a href="https://example.org/">B</a>'
    assert page(words) == (words, set())


def test_a_feed_names_its_other_documents_by_their_files() -> None:
    text = (
        '<link rel="next" href="https://dagboken.example/feed.json?before=3&amp;x=1"/>'
        "<id>https://dagboken.example/posts/kor</id>"
    )
    made = site_pages.feed(text, ADDRESSES, lambda to: None)
    assert 'href="https://dagboken.example/feed-before-3.json"' in made
    assert "<id>https://dagboken.example/posts/kor</id>" in made


def test_fonts_stand_in_the_style_sheet() -> None:
    css = site_pages.styles('src: url("../fonts/a.woff2") format("woff2")', lambda name: b"abc")
    assert css == 'src: url("data:font/woff2;base64,YWJj") format("woff2")'


def test_the_day_alone_makes_no_page_new() -> None:
    def frozen(day: str, rest: str) -> bytes:
        return f'<time class="frozen-day" datetime="{day}">{day}</time>{rest}'.encode()

    assert site_pages.same_but_for_the_day(frozen("2026-11-28", "a"), frozen("2027-01-01", "a"))
    assert not site_pages.same_but_for_the_day(frozen("2026-11-28", "a"), frozen("2026-11-28", "b"))
