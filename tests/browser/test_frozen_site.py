"""The frozen site's search in Chromium, from a disk and from a plain server: it finds what the
diary finds."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from diary.queries import search
from diary.text import stem
from tests.cli.test_export_site import Diary, neighbours, site

__all__ = ["neighbours", "site"]

pytestmark = pytest.mark.browser

PAGES = Path(__file__).parents[2] / "diary/defaults/pages"
ASKED = ("sjunga", "dag 7", '"vi sjöng"', "körens", "sjö*", "bild 0", "finns inte")


class Quiet(SimpleHTTPRequestHandler):
    """A plain server that tells nobody what it does."""

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(params=["disk", "server"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where the site stands."""
    if request.param == "disk":
        yield site.as_uri()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that complains of nothing."""
    wrong: list[str] = []
    page = chromium.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    page.close()
    assert wrong == []


def test_search_finds_what_the_diary_finds(address: str, page: Page, neighbours: Diary) -> None:
    page.goto(f"{address}/START.html")
    page.locator("nav a[href$='search/index.html']").click()
    for asked in ASKED:
        found = search.find(neighbours.db, stem.query(asked)).posts
        page.fill("#q", asked)
        page.press("#q", "Enter")
        page.wait_for_function(
            "([asked, count]) => location.hash === '#q=' + encodeURIComponent(asked)"
            " && document.querySelectorAll('#found li').length === count",
            arg=[asked, len(found)],
        )
        assert page.locator("#found h2").all_inner_texts() == [one.heading for one in found]
    neighbours.db.rollback()


def test_a_find_leads_to_the_post_in_the_readers_language(address: str, page: Page) -> None:
    page.goto(f"{address}/ar/search/index.html#q=dag%205")
    page.locator("#found a").first.click()
    assert page.url == f"{address}/ar/posts/dag-5/index.html"
    assert page.locator("html").get_attribute("lang") == "ar"


def test_words_and_stems_are_the_same_as_ours(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/search/index.html")
    texts = {path: path.read_text("utf-8") for path in sorted(PAGES.glob("*.md"))}
    for path, text in texts.items():
        lang, words = path.suffixes[0][1:], stem.words(text)
        assert page.evaluate("(text) => diaryStem.words(text)", text) == words
        theirs = page.evaluate(
            "([words, lang]) => words.map((one) => [diaryStem.stems(one, lang),"
            " diaryStem.queryStems(one), diaryStem.fold(one), diaryStem.fold(one, true)])",
            [words, lang],
        )
        ours = [
            [
                list(stem.stems(one, lang)),
                list(stem.query_stems(one)),
                stem.fold(one),
                stem.fold(one, keep_own=True),
            ]
            for one in words
        ]
        assert theirs == ours, path.name
