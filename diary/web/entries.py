"""Posts as feeds tell of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from diary.addresses import post_path, urn
from diary.feeds import Category, Entry, FeedAuthor, FeedPicture, SecondText, Source, Tombstone
from diary.feeds import absolute as absolute_within
from diary.models import Origin, Precision
from diary.queries.feeds import Gone
from diary.queries.rows import PictureView, PostCard
from diary.queries.site import Site
from diary.text.films import host
from diary.web.rendering import absolute, picture_address
from diary.web.session import base_url, services
from diary.web.texts import corrected, second_word, written_for
from diary.web.words import named, voice_word

_ABOUT = {
    Precision.DAY: "%Y-%m-%d",
    Precision.MONTH: "%Y-%m",
    Precision.YEAR: "%Y",
    Precision.UNKNOWN: "XXXX",
}
"""The day a post is about in the Extended Date/Time Format (ISO 8601-2)."""


def tombstone(one: Gone) -> Tombstone:
    """What a feed tells of a post that has gone."""
    words = _("This post was taken down.")
    return Tombstone(one.uid, one.published_at or one.at, one.at, _("Taken down"), words)


def entries(cards: Iterable[PostCard], settings: Site) -> tuple[Entry, ...]:
    """What a feed tells of posts, in the diary's main language."""
    around = request.root_path, base_url(), services().settings.pictures_url
    about = settings.licence, settings.main_language
    return tuple(_told(card, *about, *around) for card in cards)


@lru_cache(maxsize=200)
def _told(card: PostCard, licence: str, main_language: str, *_around: str | None) -> Entry:
    """`_around` is what else its addresses hang on."""
    url = absolute(post_path(card.slug))
    published = card.published_at or datetime.min.replace(tzinfo=UTC)
    return Entry(
        uid=card.uid,
        url=url,
        title=card.heading,
        html=absolute_within(card.html, url) + str(_provenance(card)),
        summary=card.gist or card.opening,
        lang=card.lang,
        published=published,
        updated=card.updated_at or published,
        authors=tuple(
            FeedAuthor(
                named(one.name),
                one.role,
                absolute(url_for("reading.author", slug=one.page)) if one.page else None,
            )
            for one in card.bylines
        ),
        categories=tuple(_categories(card)),
        pictures=tuple(_picture(picture) for picture in card.pictures),
        rights=card.mirrored.licence if card.mirrored else licence,
        gist=card.gist if card.lang != main_language else "",
        second=_second(card),
        written_for=written_for(card).striptags(),
        corrections=tuple(corrected(one).striptags() for one in card.corrections),
        corrected_at=tuple(one.at for one in card.corrections),
        about=card.dated.strftime(_ABOUT[Precision(card.precision)]),
        scribe=card.scribe,
        copied_from=_copied_from(card),
        feed_lang=main_language,
    )


def _second(card: PostCard) -> SecondText | None:
    if not (card.second_kind and card.second_html):
        return None
    return SecondText(second_word(card), card.second_lang, card.second_html)


def _provenance(card: PostCard) -> Markup:
    """Where a post that was not written here comes from: plain in feeds, too."""
    if card.provenance == Origin.WRITTEN:
        return Markup()
    if card.mirrored:
        said = Markup('<p class="provenance moved"><small>{}: <a href="{}">{}</a></small></p>')
        whence = _("A copy from %(title)s", title=card.mirrored.title)
        return said.format(whence, card.source_url, card.source_url)
    if card.provenance == Origin.EXAMPLE:
        said = Markup('<p class="provenance example"><small>{}</small></p>')
        return said.format(_("Example text"))
    whence = _("Recovered from public traces")
    if card.provenance == Origin.MOVED:
        whence = _("Moved here from another site")
    if card.earlier:
        whence = _("From an earlier diary, %(title)s", title=card.earlier)
    facts = "" if card.html else _("Only facts about this post are kept here, not its text.") + " "
    source = Markup(': <a href="{0}">{0}</a>').format(card.source_url) if card.source_url else ""
    said = Markup('<p class="provenance {}"><small>{}{}{}</small></p>')
    return said.format(card.provenance, facts, whence, source)


def _copied_from(card: PostCard) -> Source | None:
    """The diary that a post is mirrored from."""
    twin = card.mirrored
    if twin is None:
        return None
    return Source(urn(twin.uid), twin.title, twin.feed, card.source_url or twin.home)


def _categories(card: PostCard) -> list[Category]:
    found = [Category(absolute("/methods"), way.slug, way.name) for way in card.methods]
    if card.lab:
        found.insert(0, Category(absolute("/labs"), card.lab.slug, card.lab.name))
    if card.voice:
        found.append(Category(absolute("/archive"), card.voice, voice_word(card.voice)))
    return found


def _picture(picture: PictureView) -> FeedPicture:
    size = picture.jpeg
    path = picture_address(picture.token, size)
    return FeedPicture(
        url=absolute(path),
        media_type=size.media_type,
        length=size.bytes,
        width=size.width,
        height=size.height,
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        link=picture.link,
        host=host(picture.link),
    )
