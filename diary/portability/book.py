"""The journey as a book: what stands in which chapter, said once for EPUB and PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from diary.addresses import uid_of
from diary.domain.filling import facts, fill
from diary.domain.settings import FOREWORD
from diary.models import Precision
from diary.portability.book_chapters import by_lab, by_month
from diary.portability.book_entries import Binder, Chapter, Entry
from diary.portability.book_index import Register, registers
from diary.portability.book_wish import Wish
from diary.portability.source import Source
from diary.portability.whole import walk, years
from diary.portability.wording import Words
from diary.queries import site
from diary.queries.site import Site
from diary.text.markdown import render


@dataclass(frozen=True, slots=True)
class Made:
    """What a file of a book holds: how many pictures, the keys of those whose files are missing,
    and how many characters that no font has were left out."""

    pictures: int
    missing: tuple[str, ...] = ()
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """All of a book but its pictures' files. `part` says what of the journey it is."""

    uid: UUID
    site: Site
    words: Words
    home: str
    part: str
    years: str
    made: date
    inks: tuple[str, ...]
    foreword: str
    chapters: tuple[Chapter, ...]
    registers: tuple[Register, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return " – ".join(filter(None, (self.site.title, self.part)))

    @property
    def sentence(self) -> str:
        """What the diary says of itself."""
        return self.site.said(self.site.sentence, self.words.lang)

    @property
    def colophon(self) -> list[str]:
        """Who stands behind it, and of which day it is."""
        _, site = self.words.gettext, self.site
        said = [
            site.partners and f"{_('Together with')} {', '.join(site.partners)}",
            site.funder and _("Funded by %(name)s", name=site.funder),
            site.contact_name and _("Contact: %(name)s", name=site.contact_name),
            _("As the diary was on %(day)s.", day=self.words.day(self.made)),
        ]
        return [str(line) for line in said if line]

    @property
    def said(self) -> dict[str, str]:
        """The words on its pages."""
        _ = self.words.gettext
        return {
            "foreword": _("Foreword"),
            "contents": _("Contents"),
            "index": _("Index"),
            "photo": _("Photo:"),
            "comma": _(", "),
            "accessible": _(
                "All pictures have a description, every text its language and direction; "
                "chapters, posts and index can be reached from the contents."
            ),
        }

    @property
    def entries(self) -> Iterator[Entry]:
        """All posts in their order."""
        for chapter in self.chapters:
            yield from chapter.entries


def gather(source: Source, wish: Wish, today: date) -> Book:
    """Read what is public now, words only: no transaction is open when it comes back."""
    taken = tuple(walk(source.sessions, wish.chosen))
    with source.sessions() as session:
        about = site.site(session)
        words = Words(wish.lang or about.main_language)
        foreword = site.page_body(session, FOREWORD, words.lang) or ""
        uid = uid_of(f"book/{site.present(session).uid}/{wish}")
        binder = Binder(session, words, source.home, taken)
    chapters = tuple((by_lab if wish.by == "lab" else by_month)(binder, taken))
    known = [one.card.dated for one in taken if one.card.precision != Precision.UNKNOWN]
    return Book(
        uid=uid,
        site=about,
        words=words,
        home=source.home,
        part=binder.part(wish.filters),
        years=years(known),
        made=today,
        inks=tuple(binder.inks.values()),
        foreword=render(fill(foreword, facts(about))),
        chapters=chapters,
        registers=registers(binder, taken, chapters),
    )
