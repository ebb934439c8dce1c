"""Posts from the documents of a feed: each once, in its newest state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diary.domain.incoming import Incoming, LeftOut
from diary.portability.feed import MAX_DOCUMENT, read
from diary.portability.fetching import NotFetched


def saved(*items: dict[str, Any], onward: str = "") -> bytes:
    """A document of a JSON feed."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "D", "items": items}
    return json.dumps({**feed, "next_url": onward} if onward else feed).encode()


def item(key: str, words: str = "<p>Ord</p>", day: str = "2019-03-01", **fields: Any) -> Any:
    """An entry that came out and was changed on a day."""
    published = {"date_published": "2019-03-01T10:00:00Z", "date_modified": f"{day}T10:00:00Z"}
    named = {"id": key, "title": key, "url": f"https://example.org/{key}"}
    return {**named, "content_html": words, **published, **fields}


def bodies(path: Path | str, fetch: Callable[..., bytes] | None = None) -> dict[str, str]:
    """What each post says."""
    posts = [one for one in read(path, "sv", fetch).found if isinstance(one, Incoming)]
    assert len(posts) == len({one.key for one in posts})
    return {one.content.title: one.content.body for one in posts}


def test_the_newest_state_counts_whatever_the_files_are_called(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(saved(item("k", "<p>ny</p>", "2019-03-05"), item("l")))
    (tmp_path / "b.json").write_bytes(saved(item("k", "<p>gammal</p>")))
    (tmp_path / "c.html").write_text("<p>Hej</p>")
    assert bodies(tmp_path) == {"k": "ny", "l": "Ord"}
    left = [one for one in read(tmp_path, "sv").found if isinstance(one, LeftOut)]
    assert [one.name for one in left] == ["c.html"]


@pytest.mark.parametrize("cut", [b"<title>hal", b"", b"<title>hel</title><descr"])
def test_a_file_that_ends_in_the_middle_says_so(tmp_path: Path, cut: bytes) -> None:
    whole = (
        b"<item><guid>a</guid><title>hel</title><pubDate>Fri, 1 Mar 2019 10:00:00 GMT</pubDate>"
        b"<description>Ord</description></item>"
    )
    file = tmp_path / "feed.xml"
    begun = b'<?xml version="1.0"?><rss version="2.0"><channel><title>D</title>'
    file.write_bytes(begun + whole + b"<item><guid>b</guid>" + cut)
    assert bodies(file) == {"hel": "Ord"}
    left = [one for one in read(file, "sv").found if isinstance(one, LeftOut)]
    assert [(one.name, one.why) for one in left] == [
        ("feed.xml", "the file ends in the middle; what stands whole in it is taken")
    ]
    file.write_bytes(begun + whole + b"</channel></rss>")
    assert not [one for one in read(file, "sv").found if isinstance(one, LeftOut)]


def test_a_document_that_would_fill_the_memory_is_left_out(tmp_path: Path) -> None:
    with (tmp_path / "feed.xml").open("wb") as file:
        file.truncate(MAX_DOCUMENT + 1)
    assert [*read(tmp_path, "sv").found] == [LeftOut("feed.xml", "larger than 50 MB")]


def test_a_moment_before_all_time_is_none(tmp_path: Path) -> None:
    day = "0001-01-01T00:00:00+10:00"
    (tmp_path / "feed.json").write_bytes(saved(item("k", date_published=day, date_modified=day)))
    assert [*read(tmp_path, "sv").found] == [LeftOut("k", "it names no day")]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>D</title><id>d</id>
<link rel="self" href="{0}"/><link rel="{1}" href="{2}"/></feed>"""


def test_a_feed_that_goes_on_elsewhere_says_where(tmp_path: Path) -> None:
    first, second = "https://example.org/1", "https://example.org/2"
    (tmp_path / "feed.atom").write_text(ATOM.format(first, "prev-archive", second))
    assert [lines for _, lines in read(tmp_path, "sv").notes()] == [[second]]
    (tmp_path / "second.atom").write_text(ATOM.format(second, "current", first))
    assert [lines for _, lines in read(tmp_path, "sv").notes()] == [[]]
    (tmp_path / "feed.json").write_bytes(saved(item("k"), onward="https://example.org/3"))
    assert [lines for _, lines in read(tmp_path, "sv").notes()] == [["https://example.org/3"]]


def test_it_is_walked_on_only_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    file.write_bytes(saved(item("new"), onward="https://example.org/2"))
    older = {
        "https://example.org/2": saved(
            item("new", "<p>gammal</p>"), item("old"), onward="https://example.org/3"
        ),
        "https://example.org/3": saved(item("first"), item("old", "<p>äldre</p>")),
    }

    def fetch(address: str, limit: int) -> bytes:
        return older[address][:limit]

    assert bodies(file) == {"new": "Ord"}
    assert bodies(file, fetch) == {"new": "Ord", "old": "Ord", "first": "Ord"}
    assert bodies("https://example.org/2", fetch) == {"new": "gammal", "old": "Ord", "first": "Ord"}


def test_a_walk_that_breaks_off_says_where_it_began(tmp_path: Path) -> None:
    def fetch(address: str, limit: int) -> bytes:
        if address.endswith("/1"):
            return saved(item("new"), onward="https://example.org/2")
        raise NotFetched("the answer is 404")

    kept, left = read("https://example.org/1", "sv", fetch).found
    assert isinstance(kept, Incoming)
    assert left == LeftOut(
        "https://example.org/1", "the feed could not be walked to its end: the answer is 404"
    )


def test_an_entry_keeps_its_author_its_tags_and_its_pictures(tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    file.write_bytes(
        saved(
            item(
                "k",
                '<p>Vi</p><figure><img src="/a.jpg" alt="A"><figcaption>Foto: P</figcaption>',
                authors=[{"name": "Amal"}],
                tags=["Boden", "Kör"],
                image="https://example.org/a.jpg",
                language="ar",
            )
        )
    )
    (found,) = read(file, "sv").found
    assert isinstance(found, Incoming)
    assert (found.authors[0].name, found.tags, found.content.lang) == (
        "Amal",
        ("Boden", "Kör"),
        "ar",
    )
    (picture,) = found.pictures
    assert (picture.source, picture.credit) == ("https://example.org/a.jpg", "P")
    assert found.world == "feed/example.org"
