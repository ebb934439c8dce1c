"""Ghost's cards as plain HTML: pictures, films, bookmarks and whatever else stands between words.

Both of its formats know them, by the same names but for a few. What has no place in a diary
(sign-up boxes, words for letters alone, paywalls) leaves nothing behind.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import markdown
from markupsafe import Markup

Fields = Mapping[str, Any]

LEFT_OUT = {
    "call-to-action", "email", "email-cta", "header", "paywall", "signup", "transistor",
}  # fmt: skip
"""Cards that address subscribers, not readers."""


def card(name: str, fields: Fields) -> Markup:
    """A card as HTML; one that is not known, as the words it holds."""
    if name in LEFT_OUT:
        return Markup("")
    return CARDS.get(name, _words)(fields)


def joined(pieces: Iterable[str]) -> Markup:
    """Pieces of HTML in a row."""
    return Markup("").join(Markup(piece) for piece in pieces)  # noqa: S704 (sanitised at the edge)


def _said(fields: Fields, *names: str) -> str:
    """The first of these fields that says something."""
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def _html(fields: Fields, *names: str) -> Markup:
    return Markup(_said(fields, *names))  # noqa: S704 (sanitised at the edge)


def _figure(inner: Markup, fields: Fields) -> Markup:
    caption = _html(fields, "caption")
    below = Markup("<figcaption>{}</figcaption>").format(caption) if caption else ""
    return Markup("<figure>{}{}</figure>").format(inner, below)


def _img(fields: Fields) -> Markup:
    return Markup('<img src="{}" alt="{}">').format(
        _said(fields, "src", "image"), _said(fields, "alt", "altText")
    )


def _image(fields: Fields) -> Markup:
    return _figure(_img(fields), fields)


def _gallery(fields: Fields) -> Markup:
    return _figure(joined(_img(one) for one in fields.get("images") or ()), fields)


def _link(address: str, words: str) -> Markup:
    return Markup('<p><a href="{}">{}</a></p>').format(address, words or address)


def _bookmark(fields: Fields) -> Markup:
    about = fields.get("metadata") or {}
    return _link(_said(fields, "url"), _said(about, "title"))


def _embed(fields: Fields) -> Markup:
    about = fields.get("metadata") or {}
    caption = _html(fields, "caption")
    below = Markup("<p>{}</p>").format(caption) if caption else Markup("")
    return _link(_said(fields, "url"), _said(about, "title")) + below


def _file(fields: Fields) -> Markup:
    words = _said(fields, "caption", "fileTitle", "title", "fileName")
    return _link(_said(fields, "src"), words)


def _button(fields: Fields) -> Markup:
    return _link(_said(fields, "buttonUrl"), _said(fields, "buttonText"))


def _callout(fields: Fields) -> Markup:
    sign = _said(fields, "calloutEmoji")
    words = _html(fields, "calloutText")
    return Markup("<blockquote><p>{}{}</p></blockquote>").format(sign and f"{sign} ", words)


def _toggle(fields: Fields) -> Markup:
    return Markup("<h3>{}</h3>{}").format(_html(fields, "heading"), _html(fields, "content"))


def _code(fields: Fields) -> Markup:
    return Markup("<pre><code>{}</code></pre>").format(_said(fields, "code"))


def _markdown(fields: Fields) -> Markup:
    return Markup(markdown.markdown(_said(fields, "markdown")))  # noqa: S704 (as above)


def _product(fields: Fields) -> Markup:
    picture = {"src": fields.get("productImageSrc")}
    shown = _figure(_img(picture), {}) if picture["src"] else ""
    return Markup("{}<h3>{}</h3>{}").format(
        shown, _html(fields, "productTitle"), _html(fields, "productDescription")
    )


def _words(fields: Fields) -> Markup:
    return _html(fields, "html", "markdown", "text", "content")


CARDS: dict[str, Callable[[Fields], Markup]] = {
    "audio": _file,
    "bookmark": _bookmark,
    "button": _button,
    "callout": _callout,
    "card-markdown": _markdown,
    "code": _code,
    "codeblock": _code,
    "embed": _embed,
    "file": _file,
    "gallery": _gallery,
    "horizontalrule": lambda _fields: Markup("<hr>"),
    "hr": lambda _fields: Markup("<hr>"),
    "html": _words,
    "image": _image,
    "markdown": _markdown,
    "product": _product,
    "toggle": _toggle,
    "video": _file,
}
