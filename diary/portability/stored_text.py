"""A page's stored text, as archives keep it: day, title, text, byline, and teasers of others."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from diary.domain.reconstruction import Level, Trace
from diary.text.plain import tidy, tidy_line

_MONTHS = {
    name: number
    for names in (
        "januari februari mars april maj juni juli augusti september oktober november december",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_DAY = re.compile(
    r"(\d{1,2})\.? ([a-z]+),? (\d{4})(?:,? (?:kl\.? )?\d{1,2}[:.]\d\d)?", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]\d\d:\d\d.*)?")
_WORD = r"[^\W\d_a-zåäöéü][\w'’.-]*"
_NAME = re.compile(rf"{_WORD}(?: (?:von|van|de|af|al|el|bin|{_WORD})){{1,4}}")
_CREDIT = re.compile(r"\b(?:Foto|Foton|Fotograf|Photo)s?\s*:\s*(.+?)\.?$", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?:(?:på )?bilden?(?: (?:ovan|nedan|till (?:höger|vänster)))?|foto|photo|picture)\s*:"
    r"|på bilden\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:prenumerera|anmäl dig|nyhetsbrev|dela (?:på|via|sidan|inlägget|det här)|följ oss|skriv ut|"
    r"till toppen|läs också|läs mer|läs fler|fler inlägg|kommentera|vi använder (?:kakor|cookies)|"
    r"subscribe|sign up|share this|follow us|read more|newsletter|powered by)\b.{0,140}",
    re.IGNORECASE,
)
_AT = re.compile(r" (?:på|vid|hos|at) ((?=[^\W\d_a-zåäöéü]).+)$")
LONGEST_HEADING = 90
TEASER_PARAGRAPHS = 4


def day(line: str) -> date | None:
    """The day a line consists of, if it does; a time after it does not count."""
    words = tidy_line(line)
    if match := _ISO.fullmatch(words):
        numbers = match.groups()
    elif (match := _DAY.fullmatch(words)) and match[2].lower() in _MONTHS:
        numbers = (match[3], _MONTHS[match[2].lower()], match[1])
    else:
        return None
    try:
        return date(*map(int, numbers))
    except ValueError:
        return None


def traces(text: str, page: str, address: str = "") -> list[Trace]:
    """All that the text of one page says; nothing where there is no day with a title below it."""
    paragraphs = _paragraphs(text)
    blocks = list(_blocks(paragraphs))
    if not blocks:
        return []
    main, *others = blocks
    teasers = [_teaser(block, page, last=block is others[-1]) for block in others]
    found = _main(main, page, address, alone=not others)
    return [trace for trace in (found, *teasers) if trace]


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs as lists of their lines; one of hard spaces is none. A day stands alone."""
    paragraphs: list[list[str]] = [[]]
    for raw in tidy(text).split("\n"):
        line = tidy_line(raw)
        if not line or day(line):
            paragraphs += [[line], []] if line else [[]]
        else:
            paragraphs[-1].append(line)
    return [lines for lines in paragraphs if lines]


def _blocks(paragraphs: list[list[str]]) -> Iterator[list[list[str]]]:
    """What begins with a day: the post itself, then teasers. A day within a text begins nothing."""
    starts = [n for n, lines in enumerate(paragraphs) if day(lines[0])]
    starts = [n for n in starts if n + 1 not in starts]
    if not starts:
        return
    ends = [*starts[1:], len(paragraphs)]
    first, *rest = zip(starts, ends, strict=True)
    body_end = first[1]
    kept = []
    for start, end in rest:
        if _is_teaser(paragraphs[start:end], last=end == len(paragraphs)):
            kept.append((start, end))
        elif not kept:
            body_end = end
    yield paragraphs[first[0] : body_end]
    for start, end in kept:
        yield paragraphs[start:end]


def _is_teaser(block: list[list[str]], *, last: bool) -> bool:
    if not last:
        return len(block) <= TEASER_PARAGRAPHS
    if len(block) < 3:
        return len(block) == 2
    return len(block[1]) == 1 and (len(block[2]) > 1 or block[2][0].endswith(("...", "…")))


# ---------------------------------------------------------------- the post itself


def _main(block: list[list[str]], page: str, address: str, *, alone: bool) -> Trace | None:
    """None if the page breaks off within the title, so that nobody knows how it goes on."""
    _, *rest = block
    if (len(rest) < 2 and alone) or not rest:
        return None
    title, under = rest[0][0], [rest[0][1:]] if rest[0][1:] else []
    text, byline = _parted([*under, *rest[1:]])
    author = byline or Byline()
    captions = tuple(" ".join(lines) for lines in text if _is_caption(" ".join(lines)))
    body = "\n\n".join(_markdown(text))
    return Trace(
        page=page,
        level=Level.FULL,
        title=title,
        dated=day(block[0][0]),
        lead=" ".join(text[0]) if text else "",
        body=body,
        author=author.name,
        role=author.role,
        organisation=author.organisation,
        captions=captions,
        credits=tuple(credits(captions)),
        address=address,
        cut=alone,
    )


def _parted(paragraphs: list[list[str]]) -> tuple[list[list[str]], "Byline | None"]:
    """Text and byline: the last paragraph that reads like one, with only furniture below it."""
    last = [[line for line in p if not _FURNITURE.fullmatch(line)] for p in paragraphs[-6:]]
    kept = [*paragraphs[:-6], *filter(None, last)]
    for back, lines in enumerate(reversed(kept[-4:]), start=1):
        if len(lines) <= 3 and (found := byline(lines)):
            return kept[:-back], found
        if len(" ".join(lines)) > 200:
            break
    return kept, None


def _markdown(paragraphs: list[list[str]]) -> Iterator[str]:
    for number, lines in enumerate(paragraphs):
        line = " ".join(lines)
        inside = 0 < number < len(paragraphs) - 1
        if _is_caption(line):
            yield f"*{line.replace('*', '')}*"
        elif inside and len(lines) == 1 and _is_heading(line):
            yield f"## {line}"
        else:
            yield "\n".join(lines)


def credits(captions: Iterable[str]) -> Iterator[str]:  # noqa: A001 (the word for it)
    """Who took the pictures, as their captions say."""
    return (found[1] for caption in captions if (found := _CREDIT.search(caption)))


def _is_caption(line: str) -> bool:
    return bool(_CAPTION.match(line)) or (len(line) < 400 and bool(_CREDIT.search(line)))


def _is_heading(line: str) -> bool:
    """A short line without a full stop, or one in capitals."""
    if len(line) > LONGEST_HEADING:
        return False
    return line.isupper() or (line[0].isupper() and line[-1] not in '.!…:;,”"»)')


# ---------------------------------------------------------------- teasers and bylines


def _teaser(block: list[list[str]], page: str, *, last: bool) -> Trace | None:
    """A post's teaser. The last line of a page that breaks off there is not trusted."""
    _, *rest = block
    if last and len(rest) <= 2:
        rest = _without_last_line(rest)
    if not rest:
        return None
    title, *under = rest[0]
    lines = under or (rest[1] if len(rest) > 1 else [])
    below = rest[1:2] if under else rest[2:3]
    names = lines[1:] or (below[0] if below and len(below[0]) <= 3 and not last else [])
    author = byline(names) or Byline()
    text = lines[0] if lines else ""
    return Trace(
        page=page,
        level=Level.TEASER if text else Level.TITLE,
        title=title,
        dated=day(block[0][0]),
        lead=text,
        body=re.sub(r"\s*(?:\.{3}|…)$", "…", text),
        author=author.name,
        role=author.role,
        organisation=author.organisation,
    )


def _without_last_line(paragraphs: list[list[str]]) -> list[list[str]]:
    if not paragraphs or paragraphs[-1][-1].endswith(("...", "…")):
        return paragraphs
    *before, last = paragraphs
    return [*before, *([last[:-1]] if last[:-1] else [])]


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it, as printed, and the organisation that the role names."""

    name: str = ""
    role: str = ""
    organisation: str = ""


def byline(lines: list[str]) -> Byline | None:
    """A name alone on its line or before a comma, the role below or after it; else None."""
    if not lines:
        return None
    name, _, after = lines[0].removeprefix("Av ").partition(",")
    if len(name) > 60 or name.isupper() or not _NAME.fullmatch(name.strip()):
        return None
    role = ", ".join(part for part in (after.strip(), *lines[1:]) if part)
    return Byline(name.strip(), role, organisation(role))


def organisation(role: str) -> str:
    """The organisation within a role's words: before ("X. Role"), after (", X") or inside."""
    before, dot, _ = role.partition(". ")
    if dot and before[:1].isupper():
        return before
    after = role.rpartition(", ")[2]
    if after != role and after[:1].isupper():
        return after
    if match := _AT.search(role):
        return match[1]
    return role if role[:1].isupper() and len(role.split()) == 1 else ""
