"""From what people type to HTML that is safe to show.

Three steps. `_Spelling` reads the text by characters: links, code, tags and escapes become HTML in
disguise, and whatever Markdown would take for markup though nobody meant it is hidden from it.
`_Layout` reads it by lines and alone decides what is a heading, list, quote or rule. Markdown then
builds blocks and emphasis, and nh3 lets through what the allow-list names. Both readers go through
the text once and cap nesting, so that no body of any shape takes long.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import markdown
import nh3

from diary.text.films import is_address, with_cards
from diary.text.plain import heading, tidy

RECIPE = 4
"""Raised whenever `render` gives other HTML for the same body, or more is derived from it; stands
beside stored HTML."""

_HEADING_IN = 4_000
"""Characters; the longest link and then some."""

_BLOCK_TAGS = {"blockquote", "h2", "h3", "h4", "hr", "li", "ol", "p", "ul"}
_INLINE_TAGS = {"a", "b", "br", "code", "del", "em", "i", "ins", "s", "strong", "sub", "sup", "u"}
_VOID_TAGS = {"br", "hr", "img"}
# Known in imported texts but not shown: the tag goes, its words stay. Any other name is text.
_DROPPED_TAGS = {"div", "figcaption", "figure", "font", "img", "pre", "section", "span"}
_DEEPEST_TAG = 20
_DEEPEST_LIST = 4
_DEEPEST_QUOTE = 3

# Noncharacters, which `tidy` lets nobody type: each stands for one character as typed …
_TYPED = {ord(char): chr(0xFDD0 + place) for place, char in enumerate('*_<>&"#-+.\\')}
# … or for a piece of HTML that Markdown must not see.
_OPEN, _OPEN_BLOCK, _CLOSE, _BREAK, _APART = "\ufde0\ufde1\ufde2\ufde3\ufde4"
_SHOWN = {ord(mark): entities.escape(chr(char)) for char, mark in _TYPED.items()} | {
    ord(_OPEN): "<",
    ord(_OPEN_BLOCK): "<",
    ord(_CLOSE): ">",
    ord(_BREAK): "<br>",
    ord(_APART): "",
}

_LINE_START = re.compile(f"\n?{_BREAK}\n *")

_UNUSED_BLOCKS = ("code", "setextheader", "reference")
_UNUSED_INLINE = (
    *("backtick", "escape", "reference", "link", "image_link", "image_reference"),
    *("short_reference", "short_image_ref", "autolink", "automail", "linebreak", "html"),
)


def render(body: str) -> str:
    """Sanitised HTML of a body; what is typed looks as typed.

    Headings start at h2; links lead to http, https, mailto, tel, this site or, by
    `post:<date>-<slug>`, to a post; pictures become their alt text.
    """
    text = _Spelling(tidy(body).expandtabs(4)).read()
    html = _LINE_START.sub(f"{_BREAK}\n", _converter().convert(_lay_out(text)))
    return sanitise(html.translate(_SHOWN))


def heading_of(title: str, body: str) -> str:
    """What a post is called; of a long body only the start is read."""
    if title:
        return title
    if len(body) > _HEADING_IN:
        start = body[:_HEADING_IN]
        body = start.rpartition("\n\n")[0].strip() or start
    return heading("", render(body))


def sanitise(html: str) -> str:
    """The HTML that a post may hold (W3C's fragment parsing), each paragraph in its own direction.

    Links out get `nofollow ugc`: a diary that many write must be no prize for link spam. One to
    a film that stands alone becomes a card.
    """
    clean = _EMPTY.sub("", _CLEANER.clean(html))
    return with_cards(_LINK_OUT.sub('rel="nofollow ugc noopener" href="', clean).strip())


def _converter() -> markdown.Markdown:
    converter = markdown.Markdown(extensions=["sane_lists"])
    converter.preprocessors.deregister("html_block")
    for name in _UNUSED_BLOCKS:
        converter.parser.blockprocessors.deregister(name)
    for name in _UNUSED_INLINE:
        converter.inlinePatterns.deregister(name)
    return converter


# ---------------------------------------------------------------- what is let through

_POST = re.compile(r"post:(?:\d{4}-\d\d-\d\d-)?([a-z0-9]+(?:-[a-z0-9]+)*)")
_EMPTY = re.compile(r'<p dir="auto">\s*</p>\n?')
_LINK_OUT = re.compile(r'(?<=<a )href="(?=(?:https?:)?//)')


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name != "href" or not value.startswith("post:"):
        return value if name != "href" or is_address(value) else None
    post = _POST.fullmatch(value)
    return post and f"/posts/{post[1]}"


_CLEANER = nh3.Cleaner(
    tags=_BLOCK_TAGS | _INLINE_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto", "tel", "post"},
    attribute_filter=_attribute,
    # Not on li and blockquote: their text's direction is the list's, their paragraphs' own.
    set_tag_attribute_values={tag: {"dir": "auto"} for tag in ("p", "h2", "h3", "h4", "ol", "ul")},
    link_rel=None,
)


# ---------------------------------------------------------------- by characters

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes> [^<>\n]*)?/?>", re.IGNORECASE
)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TO = r"<[^<>\n]{0,2000}>|[^\s()<>]{0,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200}){0,9}"
_TITLE = r"""(?:[ ]+(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'))?[ ]*"""
_PICTURE = rf"!\[[^\[\]\n]{{0,1000}}\]\((?:{_TO}){_TITLE}\)"
_WEB = r"(?<![\w/])(?i:https?://|www\.(?=[\w-]+\.\w))[^\s<>\"“”«»]{1,2000}"
_MAIL = r"(?<![\w.+/-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_TOKEN = re.compile(
    rf"""
      (?P<escape> \\ [\\`*_{{}}\[\]()<>\#+.!-] )
    | (?P<code> (?<!`) (?P<fence>`{{1,3}}) (?!`) (?P<inside>[^`\n]+) (?P=fence) (?!`) )
    | (?P<picture> !\[ (?P<alt>[^\[\]\n]{{0,1000}}) \]\( (?:{_TO}) {_TITLE} \) )
    | (?P<link> \[ (?P<label>(?:[^\[\]\n\\]|\\[^\n]|{_PICTURE}){{1,1000}})
                \]\( (?P<to>{_TO}) {_TITLE} \) )
    | (?P<bracketed> < (?P<address>(?i:https?://|mailto:)[^<>\s]+|{_MAIL}) > )
    | (?P<comment> <!--[^<>\n]*--> )
    | (?P<tag> {_TAG.pattern.replace(" ", "[ ]")} )
    | (?P<web> {_WEB} )
    | (?P<mail> {_MAIL} )
    | (?P<typed> < | (?<=\w) \*+ (?=\w) )
    """,
    re.VERBOSE,
)


class _Spelling:
    """Reads the text by characters; each kind of token has a method of its name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._markup = _markup(text)
        self._in_link = False

    def read(self) -> str:
        """The text with HTML in disguise and nothing in it that is markup by accident."""
        return self._spell(self._text)

    def _spell(self, text: str) -> str:
        return _TOKEN.sub(lambda token: getattr(self, f"_{token.lastgroup}")(token), text)

    def _escape(self, token: re.Match[str]) -> str:
        return _as_typed(token[0][1:])

    def _code(self, token: re.Match[str]) -> str:
        return f"{_OPEN}code{_CLOSE}{_as_typed(token['inside'])}{_OPEN}/code{_CLOSE}"

    def _picture(self, token: re.Match[str]) -> str:
        return _as_typed(token["alt"])

    def _link(self, token: re.Match[str]) -> str:
        self._in_link = True
        label = self._spell(token["label"])
        self._in_link = False
        return _anchor(entities.unescape(token["to"].strip("<>")), label)

    def _bracketed(self, token: re.Match[str]) -> str:
        return self._address(token["address"])

    def _web(self, token: re.Match[str]) -> str:
        address = _without_punctuation(token[0])
        return self._address(address) + token[0][len(address) :]

    def _mail(self, token: re.Match[str]) -> str:
        return self._address(token[0])

    def _address(self, address: str) -> str:
        return _as_typed(address) if self._in_link else _anchor(address, _as_typed(address))

    def _comment(self, _token: re.Match[str]) -> str:
        return ""

    def _typed(self, token: re.Match[str]) -> str:
        return _as_typed(token[0])

    def _tag(self, token: re.Match[str]) -> str:
        name, end = token["name"].lower(), token["end"]
        if name not in self._markup:
            return _as_typed(token[0])
        if name in _DROPPED_TAGS:
            return _dropped(name, token["attributes"] or "")
        if name == "a":
            self._in_link = not end
            if href := not end and _HREF.search(token["attributes"] or ""):
                return _opened_link(entities.unescape("".join(href.groups(""))))
        return f"{_OPEN_BLOCK if name in _BLOCK_TAGS else _OPEN}{end}{name}{_CLOSE}"


def _markup(text: str) -> set[str]:
    """The names of tags that are markup here: known, closed as often as opened, not too deep."""
    balance: Counter[str] = Counter()
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        if (name := tag["name"].lower()) not in _VOID_TAGS:
            step = -1 if tag["end"] else 1
            balance[name] += step
            depth += step
            deepest = max(depth, deepest)
    if deepest > _DEEPEST_TAG:
        return _VOID_TAGS
    return {name for name in _BLOCK_TAGS | _INLINE_TAGS | _DROPPED_TAGS if not balance[name]}


def _as_typed(text: str) -> str:
    return text.translate(_TYPED)


def _opened_link(to: str) -> str:
    if re.match(r"www\.", to, re.IGNORECASE):
        to = f"https://{to}"
    elif re.fullmatch(_MAIL, to):
        to = f"mailto:{to}"
    return f'{_OPEN}a href="{_as_typed(to)}"{_CLOSE}'


def _anchor(to: str, label: str) -> str:
    return f"{_opened_link(to)}{label}{_OPEN}/a{_CLOSE}"


def _dropped(name: str, attributes: str) -> str:
    if name == "img":
        alt = _ALT.search(attributes)
        return _as_typed(entities.unescape("".join(alt.groups("")))) if alt else ""
    return "" if name in {"font", "span"} else "\n\n"


def _without_punctuation(address: str) -> str:
    """An address less the end of the sentence around it; a bracket stays if it was opened."""
    while True:
        shorter = address.rstrip(".,:;!?'’…*_~")
        if shorter.endswith((")", "]")) and shorter.count(shorter[-1]) > shorter.count(
            "(" if shorter[-1] == ")" else "["
        ):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


# ---------------------------------------------------------------- by lines

_RULE = re.compile(r"([-*_])(?: ?\1){2,}")
_HEADING = re.compile(r"(#{1,3}) +(\S.*)")
_LEVEL = re.compile(r"^[> ]*(#{1,3}) +\S", re.MULTILINE)
_ITEM = re.compile(r"(?:[-*]|(?P<number>[0-9]{1,9})\.) +(?P<text>\S.*)")
_QUOTE = re.compile(r" {0,3}>(?: |$|(?=[^\W\d]|>))")
# What Markdown would read as the start of a block, in a line that is none.
_START = re.compile(r"#|>|[-+*](?= )|\d+\.(?= )|([-*_])(?: {0,2}\1){2,} *$")


def _lay_out(text: str) -> str:
    """Markdown in which only what was meant is a heading, list, quote or rule."""
    levels = sorted(set(_LEVEL.findall(text)))
    return _quotes(text.split("\n"), {level: "#" * n for n, level in enumerate(levels, 2)}, 0)


def _quotes(lines: Iterable[str], headings: dict[str, str], depth: int) -> str:
    """Lines in blocks; a quote is laid out for itself, and ends where its marks end."""
    blocks = []
    for quoted, run in groupby(lines, lambda line: bool(_QUOTE.match(line))):
        block, inner = list(run), ""
        if quoted and depth < _DEEPEST_QUOTE:
            inner = _quotes([_QUOTE.sub("", line, count=1) for line in block], headings, depth + 1)
        if inner:
            blocks.append("\n".join(f"> {line}" for line in inner.split("\n")))
        else:
            blocks.append(_Layout(headings).read(block))
    return "\n\n".join(blocks)


class _Layout:
    """Reads lines without quotes, one by one, into blocks."""

    def __init__(self, headings: dict[str, str]) -> None:
        self._headings = headings
        self._blocks: list[list[str]] = []
        self._lists: dict[int, bool] = {}  # the lists a line stands in: indent, numbered or not
        self._gap = True  # the line before is empty, or ends its block

    def read(self, lines: list[str]) -> str:
        """The blocks, an empty line between each two."""
        numbered = _numbered(lines)
        for place, line in enumerate(lines):
            if text := line.lstrip(" "):
                self._line(text, len(line) - len(text), place in numbered)
            else:
                self._gap = True
        return "\n\n".join("\n".join(block) for block in self._blocks)

    def _line(self, text: str, indent: int, numbered: bool) -> None:
        item = _ITEM.fullmatch(text)
        if _RULE.fullmatch(text):
            self._alone("---")
        elif indent < 4 and (heading := _HEADING.fullmatch(text)):
            self._alone(f"{self._headings[heading[1]]} {_heading_text(heading[2])}")
        elif not (item and (numbered or not item["number"]) and self._item(item, indent)):
            self._words(text, indent)

    def _alone(self, line: str) -> None:
        self._blocks.append([line])
        self._lists = {}
        self._gap = True

    def _item(self, item: re.Match[str], indent: int) -> bool:
        """Adds an item, unless it is too deep or of the other kind than its inner list."""
        numbered = item["number"] is not None
        indent = next((at for at in self._lists if abs(at - indent) < 2), indent)
        before = self._lists.get(indent)
        outer = {at: kind for at, kind in self._lists.items() if at < indent}
        if len(outer) == _DEEPEST_LIST or (outer and before not in {None, numbered}):
            return False
        if not outer and (before is not numbered or item["number"] == "1"):
            self._blocks += [[_APART], []]  # else Markdown counts on from the list before
        self._lists = outer | {indent: numbered}
        marker = f"{item['number']}." if numbered else "-"
        self._blocks[-1].append("    " * len(outer) + f"{marker} {_plain(item['text'])}")
        self._gap = False
        return True

    def _words(self, text: str, indent: int) -> None:
        """Adds a line to the paragraph or item it continues, or begins a paragraph."""
        was_list = bool(self._lists)
        self._lists = {at: kind for at, kind in self._lists.items() if at < indent}
        line = "    " * len(self._lists) + _plain(text)
        if not self._lists and (self._gap or was_list):
            self._blocks.append([line])
        else:
            self._blocks[-1] += [*self._breaks(line), line]
        self._gap = False

    def _breaks(self, line: str) -> list[str]:
        """The line break before a line; two for a new paragraph in an item; none beside a tag."""
        before = self._blocks[-1][-1]
        if line.lstrip().startswith(_OPEN_BLOCK) or (
            before.endswith(_CLOSE) and before.rfind(_OPEN_BLOCK) > before.rfind(_OPEN)
        ):
            return []
        return [_BREAK, _BREAK] if self._gap else [_BREAK]


def _numbered(lines: list[str]) -> set[int]:
    """The places of lines that count 1., 2., 3. …; "2019." and "3. maj" count nothing."""
    found: set[int] = set()
    runs: dict[int, tuple[int, int]] = {}  # by indent: the place of 1., and the number reached
    for place, line in enumerate(lines):
        if not (text := line.lstrip(" ")):
            continue
        indent = len(line) - len(text)
        item = _ITEM.fullmatch(text)
        number = int((item and item["number"]) or 0)
        runs = {
            at: run
            for at, run in runs.items()
            if at < indent or (at, run[1] + 1) == (indent, number)
        }
        if indent in runs:
            runs[indent] = (runs[indent][0], number)
            found |= {runs[indent][0], place}
        elif number == 1:
            runs[indent] = (place, 1)
    return found


def _heading_text(text: str) -> str:
    """The heading's words, whose own # and \\ Markdown would take for its end."""
    bare = text.rstrip("#")
    return re.sub(r"[#\\]", lambda mark: _as_typed(mark[0]), bare if bare[-1:] == " " else text)


def _plain(text: str) -> str:
    start = _START.match(text)
    return _as_typed(start[0]) + text[start.end() :] if start else text
