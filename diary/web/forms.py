"""What forms send, read into the rules' words; and what goes back into the fields."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any, TypeVar

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict

from diary.domain import pictures
from diary.domain.content import MAX_PICTURES, BylineContent, Content, PictureContent
from diary.domain.errors import Invalid, Problem
from diary.media import images
from diary.media.storage import Storage, StorageAway, StorageFull
from diary.models import Claim, Kind, Precision, SecondKind, Voice
from diary.text.films import completed
from diary.text.languages import guess
from diary.text.plain import has_control, tidy_line
from diary.web.errors import sentence

Choice = TypeVar("Choice", bound=StrEnum)

POST_LANGUAGES = {
    "sv": "Svenska",
    "en": "English",
    "ar": "العربية",
    "fa": "فارسی",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "ku": "Kurdî",
    "ckb": "کوردیی ناوەندی",
    "ps": "پښتو",
    "uk": "Українська",
    "bs": "Bosanski",
    "tr": "Türkçe",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "fi": "Suomi",
}
"""Languages a post can be written in, by their own names."""

REFUSALS: dict[type[images.ImageRefused], str] = {
    images.NotAnImage: "not_an_image",
    images.IsAFilm: "is_a_film",
    images.BrokenImage: "broken_image",
    images.TooManyBytes: "too_many_bytes",
    images.TooManyPixelsForItsKind: "too_many_for_its_kind",
    images.TooManyPixels: "too_many_pixels",
}


STORES = {"storage_full": 507, "storage_away": 503}
"""What is the matter with the store, not with what was sent."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: what stands in it, and what is wrong with that, in sentences."""

    value: Any = ""
    errors: tuple[str, ...] = ()


class Form:
    """A form as templates read it: `form.title.value`, `form["alt-" ~ token].errors`."""

    def __init__(self, values: Mapping[str, Any], problems: Iterable[Problem] = ()) -> None:
        self._values = values
        self._errors: dict[str, tuple[str, ...]] = {}
        self.only_the_store = True
        """Whether all that is wrong is nothing that whoever typed could mend."""
        for problem in problems:
            self.only_the_store &= problem.key in STORES
            said = self._errors.get(problem.field, ())
            self._errors[problem.field] = (*said, sentence(problem))

    def __getitem__(self, name: str) -> Field:
        return Field(self._values.get(name, ""), self._errors.get(name, ()))

    def wrong(self, *names: str) -> bool:
        """Whether anything is wrong with one of these fields, or with any at all."""
        return any(name in self._errors for name in names) if names else bool(self._errors)


# ---------------------------------------------------------------- pictures


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture whose files are stored, its file's name, and the checksum of what was sent."""

    name: str
    sha256: str
    prepared: images.Prepared


@dataclass(frozen=True, slots=True)
class Arrived:
    """The pictures of a form, and why others were refused.

    `left_out` names the first that was one too many.
    """

    photos: tuple[Photo, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: str = ""


def receive(files: Iterable[FileStorage], store: Storage) -> Arrived:
    """Make and store the pictures of a form; to be called with no transaction open.

    Good ones are kept even when others are refused. A full or absent store ends it.
    """
    sent = [file for file in files if file.filename]
    kept: list[Photo] = []
    problems: list[Problem] = []
    for file in sent[:MAX_PICTURES]:
        name = file_name(file)
        try:
            kept.append(_receive(name, file.read(images.MAX_BYTES + 1), store))
        except images.ImageRefused as error:
            problems.append(Problem("photos", refusal(error), {"name": name}))
        except StorageFull:
            problems.append(Problem("photos", "storage_full"))
            break
        except StorageAway:
            problems.append(Problem("photos", "storage_away"))
            break
    left_out = file_name(sent[MAX_PICTURES]) if len(sent) > MAX_PICTURES else ""
    return Arrived(tuple(kept), tuple(problems), left_out)


def _receive(name: str, data: bytes, store: Storage) -> Photo:
    prepared = images.prepare(data)
    pictures.store_files(store, prepared)
    return Photo(name, hashlib.sha256(data).hexdigest(), prepared)


def file_name(file: FileStorage) -> str:
    """What a file is called in sentences about it."""
    return tidy_line(file.filename or "", 80) or _("The picture")


def status(problems: Iterable[Problem]) -> int:
    """What a form that comes back is answered with."""
    keys = {problem.key for problem in problems}
    return next((number for key, number in STORES.items() if key in keys), 422)


def refusal(error: images.ImageRefused) -> str:
    """The key of the sentence that says why a file cannot be taken."""
    return next(key for kind, key in REFUSALS.items() if isinstance(error, kind))


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Author:
    """Who fills in a form: the person, and whether more is asked of them.

    A short text is taken to be in `language`, a second one in `main`. `known` are those for whom
    a moderator may write, by the person's id.
    """

    person_id: int
    moderates: bool
    name: str = ""
    language: str = "sv"
    main: str = "sv"
    known: Mapping[str, BylineContent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A writing form as sent: its content, and what of it could not be read, as it was typed."""

    content: Content
    problems: tuple[Problem, ...]
    typed: dict[str, str]


def read(form: MultiDict[str, str], base: Content, author: Author) -> Written:
    """Read a writing form over the content it was filled from.

    What the form does not ask (precision, who a byline's person is) stays as in `base`, and so do
    pictures that it neither lists nor names as `gone`: they came while it was being filled in.
    """
    dated, wrong_day = _day(form, base)
    voice, wrong_voice = _one_of(Voice, form.get("voice", ""), "voice")
    content, wrong_lang = _with_languages(form, _with_second(form, base), author)
    content = replace(
        content,
        title=line(form.get("title", "")),
        body=lines(form.get("body", "")),
        gist=line(form.get("gist", "")),
        dated=dated,
        precision=base.precision if dated == base.dated else Precision.DAY,
        lab=form.get("lab", ""),
        inspired_by=_inspired_by(form, base),
        methods=tuple(dict.fromkeys(filter(None, form.getlist("methods")))),
        voice=voice if author.moderates else base.voice,
        bylines=tuple(_bylines(form, base, author)),
        pictures=tuple(_pictures(form, base)),
    )
    if author.moderates:
        content = _written_down(content, author, asked="scribe" in form)
    typed = {"dated": form.get("dated", "")} if wrong_day else {}
    return Written(content, (*wrong_day, *wrong_voice, *wrong_lang), typed)


def _inspired_by(form: MultiDict[str, str], base: Content) -> str:
    """The address that was pasted, else the post that was chosen from the list."""
    pasted = line(form.get("inspired_at", ""))
    return pasted or line(form.get("inspired_by", base.inspired_by))


def number(text: str, most: int = 2**31 - 1) -> int | None:
    """A typed whole number from 0 to `most` (else a database's); None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        return None
    return int(text) if int(text) <= most else None


def line(text: str) -> str:
    """One typed line, tidied; left alone where it is to be sent back for a control character."""
    return text if has_control(text) else tidy_line(text)


def lines(text: str) -> str:
    """Typed lines as they were typed; browsers end each with CR LF (HTML, form submission)."""
    return text.replace("\r\n", "\n")


def chosen(kind: type[Choice], word: str) -> Choice | None:
    """The member of an enumeration that was chosen; None for none or nonsense."""
    return next((one for one in kind if one == word), None)


def day_if_any(form: Mapping[str, str], field: str) -> date | None:
    """A typed day; None where the field is empty. Raises Invalid for no day."""
    text = form.get(field, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid((Problem(field, "not_a_day"),)) from None


def _day(form: MultiDict[str, str], base: Content) -> tuple[date, tuple[Problem, ...]]:
    try:
        return date.fromisoformat(form.get("dated", "").strip()), ()
    except ValueError:
        return base.dated, (Problem("dated", "not_a_day"),)


def _with_second(form: MultiDict[str, str], base: Content) -> Content:
    kind, wrong = _one_of(SecondKind, form.get("second_kind", base.second_kind or ""), "")
    second_body = lines(form.get("second_body", base.second_body))
    return replace(base, second_kind=base.second_kind if wrong else kind, second_body=second_body)


def _with_languages(
    form: MultiDict[str, str], base: Content, author: Author
) -> tuple[Content, tuple[Problem, ...]]:
    """The languages chosen, or guessed from the words where none was."""
    words = f"{form.get('title', '')}\n{form.get('body', '')}"
    lang, chosen, wrong = _lang(form, "lang", words, author.language, (base.lang, base.lang_chosen))
    second, second_chosen, second_wrong = _lang(
        form,
        "second_lang",
        base.second_body,
        author.main,
        (base.second_lang, base.second_lang_chosen),
    )
    content = replace(base, lang=lang, lang_chosen=chosen)
    content = replace(content, second_lang=second, second_lang_chosen=second_chosen)
    return content, (*wrong, *second_wrong)


def _lang(
    form: MultiDict[str, str], field: str, words: str, otherwise: str, before: tuple[str, bool]
) -> tuple[str, bool, tuple[Problem, ...]]:
    was, was_chosen = before
    code = form.get(field, was if was_chosen else "")
    if not code:
        return guess(words, POST_LANGUAGES, otherwise), False, ()
    if code in POST_LANGUAGES or code == was:
        return code, True, ()
    return was or otherwise, was_chosen, (Problem(field, "unknown_choice"),)


def _written_down(content: Content, author: Author, *, asked: bool) -> Content:
    """Written for those under it: the moderator's name stands with the post, not under it.

    Whoever wrote it down stays named when somebody else changes a word.
    """
    if asked and content.scribe not in {"", author.name}:
        return content
    others = tuple(one for one in content.bylines if one.person_id != author.person_id)
    bylines = others if asked and others else content.bylines
    return replace(content, scribe=author.name if asked else "", bylines=bylines)


def _one_of(kind: type[Choice], word: str, field: str) -> tuple[Choice | None, tuple[Problem, ...]]:
    try:
        return (kind(word) if word else None), ()
    except ValueError:
        return None, (Problem(field, "unknown_choice"),)


def _bylines(form: MultiDict[str, str], base: Content, author: Author) -> Iterable[BylineContent]:
    known = {str(byline.person_id): byline for byline in base.bylines if byline.person_id}
    # Whoever wrote for somebody stands under it no more, but may again.
    known.setdefault(str(author.person_id), BylineContent("", person_id=author.person_id))
    columns = (form.getlist(f"byline-{part}") for part in ("name", "role", "person", "kind"))
    for name, role, person, kind in zip_longest(*columns, fillvalue=""):
        if not (name.strip() or role.strip()):
            continue
        byline = BylineContent(line(name), line(role))
        before = known.pop(person, None)
        # Another name in the same row is another person; only oneself may be called anew.
        if before and (before.name == byline.name or before.person_id == author.person_id):
            byline = replace(byline, kind=before.kind, person_id=before.person_id)
        kept = chosen(Kind, kind) or byline.kind
        yield replace(byline, kind=kept) if author.moderates else byline
    known_id = form.get("known", "")
    if known_id in author.known and known_id not in form.getlist("byline-person"):
        yield author.known[known_id]


def _pictures(form: MultiDict[str, str], base: Content) -> Iterable[PictureContent]:
    before = {picture.token: picture for picture in base.pictures}
    gone = set(form.getlist("gone"))
    for token in dict.fromkeys(form.getlist("picture")):
        if token not in gone:
            yield _picture(form, before.pop(token, PictureContent(token)))
    yield from (picture for picture in before.values() if picture.token not in gone)


def _picture(form: MultiDict[str, str], picture: PictureContent) -> PictureContent:
    token = picture.token
    focus_x, focus_y = _focus(form.get(f"focus-{token}", "")) or (picture.focus_x, picture.focus_y)
    return replace(
        picture,
        alt=lines(form.get(f"alt-{token}", "")),
        caption=lines(form.get(f"caption-{token}", "")),
        credit=line(form.get(f"credit-{token}", "")),
        link=completed(line(form.get(f"link-{token}", ""))),
        claim=chosen(Claim, form.get(f"claim-{token}", "")) or picture.claim,
        focus_x=focus_x,
        focus_y=focus_y,
    )


def _focus(text: str) -> tuple[float, float] | None:
    """Where a picture was tapped: two shares of its sides, such as "0.50 0.25"."""
    if not re.fullmatch(r"[01]\.\d\d? [01]\.\d\d?", text):
        return None
    across, down = (min(float(share), 1.0) for share in text.split())
    return across, down


def moved(content: Content, order: str) -> Content:
    """The content after a press on a small button: `<token>:up`, `:down` or `:away`.

    A name moves by `byline-<row>:up`.
    """
    what, _colon, way = order.rpartition(":")
    if what.startswith("byline-"):
        rows = {f"byline-{number}": row for number, row in enumerate(content.bylines)}
        return replace(content, bylines=shifted(content.bylines, rows.get(what), way))
    picture = next((picture for picture in content.pictures if picture.token == what), None)
    return replace(content, pictures=shifted(content.pictures, picture, way))


Item = TypeVar("Item")


def shifted(items: tuple[Item, ...], item: Item | None, way: str) -> tuple[Item, ...]:
    """The items with one of them moved `up` or `down`, or `away`; as they were without one."""
    if item is None:
        return items
    rest = [other for other in items if other is not item]
    if way != "away":
        place = items.index(item) + (1 if way == "down" else -1)
        rest.insert(max(place, 0), item)
    return tuple(rest)
