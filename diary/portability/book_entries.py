"""The posts of a book, each with all that stands around it, in the book's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from diary.addresses import short_path
from diary.domain.colours import PALETTE, colours
from diary.models import Precision, SecondKind
from diary.portability.book_text import without
from diary.portability.wording import Words
from diary.queries import book as queries
from diary.queries import site
from diary.queries.journey import Filters
from diary.queries.rows import LabRef, PictureView, PostCard
from diary.queries.whole import Taken
from diary.text.films import host
from diary.text.plain import direction

PLAIN = "#26211b"
"""The ink of posts about the whole project."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a post; `label` says what it is, where there are two."""

    label: str
    lang: str
    dir: str
    html: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with the key of its JPEG, which every reader and printer can read."""

    token: str
    key: str
    alt: str
    caption: str
    credit: str
    film: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A post as it stands in the book.

    `heading` are the first words where there is no title (`titled`). The margin has `numeral`
    large and `around` small. `paths` are the names that links know it by. Of a `stub` no text is
    kept. `opening` is its beginning in plain words.
    """

    id: str
    uid: str
    address: str
    paths: tuple[str, str]
    heading: str
    titled: bool
    opening: str
    lang: str
    dir: str
    gist: str
    texts: tuple[Text, ...]
    dated: date
    numeral: str
    around: tuple[str, ...]
    said: str
    lab: str
    colour: str
    names: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    stub: bool

    @property
    def running(self) -> tuple[Text, ...]:
        """Its texts without the words that stand above them instead of a title."""
        return self.texts if self._rest is None else (self._rest, *self.texts[1:])

    @property
    def above(self) -> str:
        """What stands above its text: the title, else the first words."""
        return self.heading if self._rest is None else self.heading.removesuffix("…")

    @property
    def _rest(self) -> Text | None:
        if self.titled or self.stub:
            return None
        rest = without(self.texts[0].html, self.heading.removesuffix("…"))
        return None if rest is None else replace(self.texts[0], html=rest)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Posts that stand together: a month, or a lab; `words` are what it says of itself."""

    title: str
    colour: str
    words: str
    entries: tuple[Entry, ...]


class Binder:
    """Makes entries of posts."""

    def __init__(self, session: Session, words: Words, home: str, taken: Sequence[Taken]) -> None:
        self.words, self.about, self._home = words, site.site(session), home
        self.labs = queries.labs(session, words.lang)
        self.ways = site.methods(session, words.lang, retired=True)
        self.inks = {slug: PALETTE[name][0] for slug, name in colours(self.labs).items()}
        self.summaries = queries.summaries(session, words.lang)
        self.signed = queries.signed(session, [one.card.revision_id for one in taken])
        self._jpegs = queries.jpegs(session, [one.card.revision_id for one in taken])

    def called(self, kind: str, otherwise: str) -> str:
        """What `labs`, a `method` … are called here."""
        texts: dict[str, str] = getattr(self.about, f"{kind}_called")
        return texts.get(self.words.lang) or otherwise

    def part(self, filters: Filters) -> str:
        """What of the journey it is, in words; empty for all of it."""
        names = [lab.name for lab in self.labs if lab.slug == filters.lab]
        names += [way.short for way in self.ways if way.slug == filters.method]
        return " · ".join(names)

    def lab(self, card: PostCard) -> LabRef | None:
        """A post's lab as the book's language has it."""
        return next((one for one in self.labs if card.lab and one.slug == card.lab.slug), None)

    def entry(self, taken: Taken) -> Entry:
        """A post as the book has it."""
        card, lab = taken.card, self.lab(taken.card)
        numeral, around = self._margin(card)
        return Entry(
            id=f"p-{card.short}",
            uid=str(card.uid),
            address=self._home + short_path(card.short),
            paths=(card.slug, card.short),
            heading=card.heading,
            titled=bool(card.title),
            opening=card.opening,
            lang=card.lang,
            dir=card.dir,
            gist=card.gist if card.lang not in {self.about.main_language, self.words.lang} else "",
            texts=tuple(self._texts(card)),
            dated=card.dated,
            numeral=numeral,
            around=around,
            said=self.words.day(card.dated, card.precision),
            lab=lab.short if lab else self.words.gettext("The whole project"),
            colour=self.inks[lab.slug] if lab else PLAIN,
            names=tuple((self._named(one.name), one.role) for one in card.bylines),
            notes=tuple(self._notes(card)),
            pictures=tuple(self._picture(picture) for picture in card.pictures),
            stub=not card.html,
        )

    def _margin(self, card: PostCard) -> tuple[str, tuple[str, ...]]:
        if card.precision != Precision.DAY:
            return "", (self.words.day(card.dated, card.precision),)
        small = (self.words.format(card.dated, pattern) for pattern in ("LLLL", "y", "cccc"))
        return self.words.format(card.dated, "d"), tuple(small)

    def _texts(self, card: PostCard) -> Iterator[Text]:
        _ = self.words.gettext
        if card.html:
            language = self.words.language(card.lang)
            label = _("The original, in %(language)s", language=language)
            yield Text(label if card.second_html else "", card.lang, card.dir, card.html)
        if card.second_html:
            language = self.words.language(card.second_lang)
            easy = card.second_kind == SecondKind.EASY
            said = _("In easy %(language)s") if easy else _("Translation into %(language)s")
            label = said % {"language": language}
            yield Text(label, card.second_lang, direction(card.second_lang), card.second_html)

    def _picture(self, view: PictureView) -> Picture:
        return Picture(
            token=view.token,
            key=self._jpegs[view.token],
            alt=view.alt or view.caption or self.words.gettext("Picture"),
            caption=view.caption,
            credit=view.credit,
            film=view.link,
            width=view.width,
            height=view.height,
        )

    def _named(self, name: str) -> str:
        return name or self.words.gettext("Somebody")

    def _notes(self, card: PostCard) -> Iterator[str]:
        """What stands small below the names."""
        _ = self.words.gettext
        names = [name for one in card.bylines if (name := self._named(one.name)) != card.scribe]
        if card.scribe and names:
            listed = self.words.listed(names)
            yield _("%(scribe)s wrote this for %(names)s.", scribe=card.scribe, names=listed)
        for one in card.corrections:
            day = self.words.day(one.at.date())
            yield _("Corrected %(day)s: %(words)s", day=day, words=one.words)
        if card.methods:
            chosen = {way.slug for way in card.methods}
            ways = _(", ").join(way.short for way in self.ways if way.slug in chosen)
            yield f"{self.called('method', _('Way of working'))}: {ways}"
        if card.inspired_by:
            yield f"{_('Inspired by')}: {card.inspired_by.heading}"
        yield from self._origin(card)

    def _origin(self, card: PostCard) -> Iterator[str]:
        _ = self.words.gettext
        if card.provenance == "example":
            yield _("Example text")
            return
        if not card.html:
            yield _("Only facts about this post are kept here, not its text.")
        elif card.provenance == "teaser":
            yield _("Only the beginning of this post has been found.")
        if card.mirrored:
            yield _("A copy from %(title)s", title=card.mirrored.title)
        elif card.earlier:
            yield _("From an earlier diary, %(title)s", title=card.earlier)
        elif card.provenance == "moved":
            yield _("Moved here from another site")
        elif card.provenance != "written":
            source = host(card.source_url)
            yield _("Recovered from public traces") + (f": {source}" if source else "")
