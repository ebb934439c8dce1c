"""HTML that strangers' programs made, as Markdown without pictures, and the pictures beside it."""

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree
from lxml.builder import E
from markdownify import markdownify

from diary.domain.content import MAX_LINE, MAX_WORDS_ON_PICTURE
from diary.domain.incoming import IncomingPicture
from diary.text.films import is_web, joined
from diary.text.plain import tidy, tidy_line

NO_WORDS = (
    "script", "style", "noscript", "template", "svg", "object", "form", "button", "math",
)  # fmt: skip
A_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|heif)$", re.IGNORECASE)
_CREDIT = re.compile(
    r"[\s(–-]*\b(?:Foto|Foton|Fotograf|Bild|Photo|Image)s?(?: av| by| credit)?\s*:"
    r"\s*([^:]{2,80}?)[.)]*$",
    re.IGNORECASE,
)
_PLAYER = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:youtube(?:-nocookie)?\.com/embed/|player\.vimeo\.com/video/)([\w-]+)"
)


def parsed(html: str) -> Any:
    """The element tree of a whole page or a piece of one; None if there is nothing in it.

    Neither network nor entities: the page is a stranger's. The text is decoded already, and lxml
    refuses text that names an encoding of its own.
    """
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def read(html: str, base: str = "") -> tuple[str, tuple[IncomingPicture, ...]]:
    """A body as Markdown, and its pictures in order; addresses are made whole by `base`."""
    root = parsed(html)
    return taken(root, base) if root is not None else ("", ())


def taken(element: Any, base: str = "") -> tuple[str, tuple[IncomingPicture, ...]]:
    """The same of an element, which is used up."""
    take_out(element, "head", *NO_WORDS)
    for comment in list(element.iter(etree.Comment, etree.ProcessingInstruction)):
        _drop(comment)
    pictures = tuple(_pictures(element, base))
    _plain(element, base)
    html = lxml.html.tostring(element, encoding="unicode", with_tail=False)
    text = markdownify(
        html, heading_style="ATX", bullets="-", newline_style="backslash", strip=["img"],
        escape_underscores=True,
    )  # fmt: skip
    lines = text.replace("\\\n", "\n").replace("\xa0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", tidy("\n".join(map(str.rstrip, lines)))), pictures


def with_lead(lead: str, body: str) -> str:
    """A text below its lead, unless it holds that already."""
    said = lead.rstrip(".… ")
    return f"{lead}\n\n{body}".strip() if said and said not in body else body


def take_out(root: Any, *tags: str) -> None:
    """Take elements out of a tree, with what is in them."""
    for element in list(root.iter(*tags)):
        if element is not root:
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


# ---------------------------------------------------------------- pictures


def _pictures(root: Any, base: str) -> Iterator[IncomingPicture]:
    """All pictures, taken out of the tree with their captions."""
    for image in list(root.iter("img")):
        figure = next(image.iterancestors("figure"), None)
        classes = image.get("class") or ""
        if "emoji" in classes or "smiley" in classes:
            _put_words(image, image.get("alt") or "")
            continue
        found = _picture(image, figure, base)
        _drop(image)
        if found:
            yield found
    for figure in list(root.iter("figure")):
        if not tidy_line(figure.text_content()):
            _drop(figure)


def _put_words(element: Any, words: str) -> None:
    element.tail = words + (element.tail or "")
    _drop(element)


def _picture(image: Any, figure: Any, base: str) -> IncomingPicture | None:
    source = image.get("data-src") or image.get("data-orig-file") or image.get("src") or ""
    if not source or source.startswith("data:") or image.get("width") in {"0", "1"}:
        return None
    link = next(image.iterancestors("a"), None)
    if link is not None and A_PICTURE.search((link.get("href") or "").partition("?")[0]):
        source = link.get("href")  # the whole picture; what is shown is a smaller copy
    source = joined(base, source.strip())
    if not source:
        return None
    caption, credit = parted(_caption(figure))
    return IncomingPicture(
        source=source,
        alt=tidy_line(image.get("alt") or "", MAX_WORDS_ON_PICTURE),
        caption=caption,
        credit=credit,
    )


def _caption(figure: Any) -> str:
    """The words below a picture, taken away; those below several stay for the text."""
    if figure is None or len(list(figure.iter("img"))) > 1:
        return ""
    below = next(figure.iter("figcaption"), None)
    words = tidy_line(below.text_content(), MAX_WORDS_ON_PICTURE) if below is not None else ""
    if below is not None:
        _drop(below)
    return words


def parted(caption: str) -> tuple[str, str]:
    """A caption without the credit at its end ("Foto: …"), and the credit."""
    found = _CREDIT.search(caption)
    if not found:
        return caption, ""
    return caption[: found.start()].strip(), tidy_line(found[1], MAX_LINE)


# ---------------------------------------------------------------- what Markdown here does not know


def _plain(root: Any, base: str) -> None:
    """Put films as links on lines of their own, rows of tables and code as lines."""
    for player in list(root.iter("iframe", "embed", "video", "audio")):
        source = next((s.get("src") for s in (player, *player.iter("source")) if s.get("src")), "")
        if address := _film(source, base):
            player.addprevious(E.p(E.a(address, href=address)))
        _drop(player)
    for link in root.iter("a") if base else ():
        link.set("href", joined(base, link.get("href") or ""))
    for row in list(root.iter("tr")):
        _as_lines(row, [" | ".join(tidy_line(cell.text_content()) for cell in row)])
    for table in list(root.iter("table", "thead", "tbody", "tfoot")):
        table.tag = "div"
    for code in list(root.iter("pre")):
        _as_lines(code, code.text_content().strip("\n").split("\n"))


def _as_lines(element: Any, lines: list[str]) -> None:
    """Make an element a paragraph of these lines."""
    for child in list(element):
        element.remove(child)
    element.tag, element.text = "p", lines[0]
    for line in lines[1:]:
        etree.SubElement(element, "br").tail = line


def _film(source: str, base: str) -> str:
    if match := _PLAYER.match(source):
        vimeo = "vimeo" in match[0]
        return f"https://vimeo.com/{match[1]}" if vimeo else f"https://youtu.be/{match[1]}"
    address = joined(base or "https:", source) if source else ""
    return address if is_web(address) else ""
