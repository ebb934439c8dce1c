"""`diary export --as bag`: all that is public, for an archive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name
from string import Template
from typing import TYPE_CHECKING, Any

from diary.addresses import urn
from diary.cli.downloads import clock
from diary.cli.export_site import Visitor
from diary.domain.errors import Overtaken
from diary.portability import bag, book_epub
from diary.portability.book import gather
from diary.portability.book_wish import Wish
from diary.portability.downloads import MOST_IN_BOOK
from diary.portability.house import PACKAGE
from diary.portability.site_addresses import Addresses
from diary.portability.site_wacz import Recording
from diary.portability.source import Done
from diary.portability.wacz import Writer
from diary.portability.whole import Folder
from diary.portability.whole import write as write_folder
from diary.queries import site
from diary.queries.site import Site

if TYPE_CHECKING:
    from diary.cli.export import Order

README = Path(bag.__file__).with_name("bag_readme.txt")
BOOK = {
    "book": "  book.epub       samma inlägg som bok (EPUB 3)\n",
    "book_en": "  book.epub       the same posts as a book (EPUB 3)\n",
}
"""Lines of the readme where there is a book."""


def write(order: Order) -> Done:
    """Write the folder, the site as it is replayed, the book, and a readme, with checksums.

    Raises Overtaken if anything that is public is changed meanwhile.
    """
    sessions, made = order.diary.sessions, clock().replace(microsecond=0)
    with sessions() as session:
        about, uid, before = (
            site.site(session),
            site.present(session).uid,
            site.present(session).version,
        )
    data = order.path / bag.PAYLOAD
    (data / "folder").mkdir(parents=True)
    done = write_folder(order.diary, Folder(data / "folder"), order.goes_on)
    missing = _record(order, data / "site.wacz", about, made)
    bound = _bind(order, data / "book.epub", made, done.posts)
    words = _words(order, about, made, done) | (BOOK if bound else dict.fromkeys(BOOK, ""))
    (data / "README.txt").write_text(Template(README.read_text("utf-8")).substitute(words), "utf-8")
    bag.close(order.path, _info(about, urn(uid), words))
    with sessions() as session:
        if site.present(session).version != before:
            raise Overtaken
    return Done({}, done.posts, done.pictures, tuple(dict.fromkeys((*done.missing, *missing))))


def _record(order: Order, path: Path, about: Site, made: datetime) -> list[str]:
    """Write the site; the keys of pictures whose files are missing."""
    app = resolve_name("diary.app:create_app")(  # known by name alone
        replace(order.settings, pictures_url=None)  # it holds its pictures itself
    )
    languages = tuple(resolve_name("diary.web.rendering:LANGUAGES"))
    home = order.diary.home
    visitor = Visitor(app, home, made.astimezone(order.settings.zone).date())
    said: dict[str, Any] = {
        "title": about.title,
        "description": about.said(about.sentence, about.main_language),
        "software": f"Share Stories {version('share-stories')}",
        "mainPageUrl": f"{home}/",
        "mainPageDate": f"{made:%Y-%m-%dT%H:%M:%SZ}",
        "licenses": [{"title": about.licence, "path": about.licence_url}],
    }
    with path.open("xb") as file:
        archive = Writer(file, said, made)
        addresses = Addresses(home, about.main_language, languages)
        recording = Recording(order.diary, visitor, archive, addresses, lambda: order.goes_on(0))
        recording.everything()
        archive.close()
    return recording.missing


def _bind(order: Order, path: Path, made: datetime, posts: int) -> bool:
    """The book, where it is no larger than one can be bound in little memory."""
    if not 0 < posts <= MOST_IN_BOOK:
        return False
    book = gather(order.diary, Wish(), made.astimezone(order.settings.zone).date())
    book_epub.write(book, order.diary.store, path, made, lambda: order.goes_on(0))
    return True


def _words(order: Order, about: Site, made: datetime, done: Done) -> dict[str, Any]:
    """What the readme says."""
    days = json.loads(done.files[PACKAGE]).get("temporal", {})
    reached = (about.contact_name, about.contact_role, about.contact_phone, about.contact_email)
    contact = ", ".join(filter(None, reached))
    return {
        "title": about.title,
        "home": order.diary.home,
        "day": made.astimezone(order.settings.zone).date().isoformat(),
        "posts": done.posts,
        "pictures": done.pictures,
        "years": " – ".join(days.values()) or "–",
        "licence": about.licence,
        "licence_url": about.licence_url,
        "contact": f"\nKontakt: {contact}\n" if contact else "",
        "contact_en": f"\nContact: {contact}\n" if contact else "",
    }


def _info(about: Site, uid: str, words: dict[str, Any]) -> dict[str, str]:
    """bag-info.txt (RFC 8493, section 2.2.2); what is not known is left out."""
    sentence = about.said(about.sentence, about.main_language)
    held = f"{words['posts']} posts, {words['pictures']} pictures, {words['years']}."
    said = (f"{about.title}, {words['home']}:", sentence, held)
    return {
        "Source-Organization": about.controller or ", ".join(about.partners) or about.title,
        "Contact-Name": about.contact_name,
        "Contact-Phone": about.contact_phone,
        "Contact-Email": about.contact_email,
        "External-Description": " ".join(filter(None, said)),
        "External-Identifier": uid,
        "Bagging-Date": words["day"],
        "Bag-Software-Agent": f"Share Stories {version('share-stories')}",
    }
