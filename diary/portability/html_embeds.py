"""Posts that a page of any site shows or quotes: WordPress' and Ghost's embeds, quotations."""

from collections.abc import Iterator
from typing import Any

from diary.domain.reconstruction import Level, Trace
from diary.text.films import is_web
from diary.text.plain import tidy_line

SHORTEST_QUOTE = 80


def embedded(root: Any, page: str) -> Iterator[Trace]:
    """A trace for each post that is embedded or quoted with its address; the tree stays."""
    for shown in root.find_class("wp-embed"):  # the page below /embed/ itself
        yield from _trace(page, _one(shown, "wp-embed-heading"), _one(shown, "wp-embed-excerpt"))
    for shown in root.find_class("wp-embedded-content"):
        if shown.tag == "blockquote":
            yield from _trace(page, shown, None)
    for shown in root.find_class("kg-bookmark-card"):
        title, words = _one(shown, "kg-bookmark-title"), _one(shown, "kg-bookmark-description")
        yield from _trace(page, title, words, _address(shown))
    for quote in root.iter("blockquote"):
        words = _words(quote)
        if quote.get("cite") and len(words) >= SHORTEST_QUOTE:
            yield from _trace(page, next(quote.iter("cite"), None), quote, quote.get("cite"))


def _trace(page: str, heading: Any, text: Any, address: str = "") -> Iterator[Trace]:
    """One with an address and a title or a text; one without a text shows the title only."""
    title = _words(heading)
    address = address or _address(heading)
    body = _words(text).removesuffix(title).rstrip(" –—") if text is not None else ""
    if is_web(address) and (title or body):
        yield Trace(
            page=page,
            level=Level.EMBED if body else Level.TITLE,
            title=title,
            lead=body,
            body=body,
            address=address.removesuffix("embed/"),
            embedded=True,
        )


def _one(element: Any, name: str) -> Any:
    return next(iter(element.find_class(name)), None)


def _address(element: Any) -> str:
    links = element.iter("a") if element is not None else ()
    return next((str(link.get("href")).strip() for link in links if link.get("href")), "")


def _words(element: Any) -> str:
    """Its words but for "go on reading", which WordPress puts after an excerpt."""
    if element is None:
        return ""
    more = "".join(link.text_content() for link in element.find_class("wp-embed-more"))
    return tidy_line(tidy_line(element.text_content()).removesuffix(tidy_line(more)))
