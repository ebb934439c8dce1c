"""Search: posts by their words, part by part, with what the hits have in common."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from diary.queries import search, site
from diary.queries.journey import NO_LAB
from diary.queries.rows import PostCard
from diary.queries.said import all_names, pieces
from diary.queries.search import Facets, Filters
from diary.text.plain import direction, rest_after
from diary.text.stem import Said, Term, hits, query
from diary.web.forms import POST_LANGUAGES
from diary.web.guards import Access, access
from diary.web.hints import hints
from diary.web.rendering import called, diary_site, language, page
from diary.web.session import frozen
from diary.web.session import reading as db
from diary.web.words import KINDS, ORIGINS, VOICES

blueprint = Blueprint("search", __name__)

LONGEST_QUERY = 300
AROUND = 110
"""Characters of a text before and after its first hit."""
VALUES_SHOWN = 12
FORMS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
"""For each form of the plural (CLDR) a number that takes it, in all languages of the interface."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a post with the hits marked; `called` where it is not of the post's texts."""

    text: Markup
    lang: str
    called: str = ""

    @property
    def dir(self) -> str:
        """The direction it is written in."""
        return direction(self.lang)


@dataclass(frozen=True, slots=True)
class Hit:
    """A post found: its card, its heading, an excerpt, and where else it was found."""

    card: PostCard
    heading: Markup
    excerpt: Piece
    besides: Piece | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: its name, how many hits have it, and where choosing it leads."""

    name: str
    count: int
    address: str
    chosen: bool


@blueprint.get("/search")
@access(Access.PUBLIC)
def results() -> ResponseReturnValue:
    """The field, and what is found."""
    if frozen():
        return page("frozen/search.html", counted=_counted(), noindex=True)
    asked, filters = asked_for()
    terms, lang = query(asked), language()
    if not terms:
        return page("search/results.html", asked=asked, terms=(), noindex=True)
    after = search.parse_cursor(request.args.get("after", ""))
    found = search.find(db(), terms, filters, after=after, lang=lang)
    counted = search.facets(db(), terms, filters)
    return page(
        "search/results.html",
        asked=asked,
        terms=terms,
        filters=filters,
        noindex=True,
        found=_hits(found.posts, terms),
        facets=counted,
        groups=_groups(counted, filters, asked, lang),
        chosen=chosen(asked, filters),
        rss=address(asked, filters, "rss"),
        hints=[] if counted.total else hints(terms, filters),
        older=_onward(asked, filters, found.after),
    )


def _counted() -> dict[str, str]:
    """How many posts, in all forms of the plural, as the frozen site's script fills it in."""
    return {
        form: ngettext("%(num)s post", "%(num)s posts", number).replace(str(number), "%(num)s")
        for form, number in FORMS.items()
    }


def asked_for() -> tuple[str, Filters]:
    """What the address asks for: the query, cut where it is too long, and filters."""
    filters = {name: request.args.get(name, "")[:100] for name in Filters.__slots__}
    return request.args.get("q", "")[:LONGEST_QUERY].strip(), Filters(**filters)


def address(asked: str, filters: Filters, kind: str = "") -> str:
    """Where these hits stand; with a `kind` their feed."""
    where = chosen(asked, filters)
    return url_for("feeds.search_feed", format=kind, **where) if kind else _page(where)


def chosen(asked: str, filters: Filters) -> dict[str, Any]:
    """What is asked for, as an address names it."""
    named = {name: value for name in Filters.__slots__ if (value := getattr(filters, name))}
    return {"q": asked, **named}


def _page(where: dict[str, Any]) -> str:
    return url_for("search.results", **where)


def _onward(asked: str, filters: Filters, after: str | None) -> str | None:
    return _page({**chosen(asked, filters), "after": after}) if after else None


def _hits(cards: tuple[PostCard, ...], terms: tuple[Term, ...]) -> list[Hit]:
    main = diary_site().main_language
    names = all_names(db(), main)
    return [_hit(card, list(pieces(card, *names, main)), terms) for card in cards]


def _hit(card: PostCard, said: list[Said], terms: tuple[Term, ...]) -> Hit:
    heading = _marked(card.heading, hits(card.heading, terms, card.lang))
    excerpt, besides = Piece(escape(card.opening), card.lang), None
    for one in said[1:]:
        text = _below_heading(card) if one.part == "text" else one.text
        if spans := hits(text, terms, one.lang):
            piece = Piece(_excerpt(text, spans), one.lang, _called(one.part))
            excerpt, besides = (excerpt, piece) if piece.called else (piece, None)
            break
    return Hit(card, heading, excerpt, besides)


def _below_heading(card: PostCard) -> str:
    """The text; without the first words, where these stand as heading."""
    return rest_after(card.html, "" if card.title else card.heading, len(card.html))


def _called(part: str) -> str:
    """What a piece is called that is not of a post's texts."""
    return {
        "caption": _("Text below the picture"),
        "alt": _("Description of the picture"),
        "credit": _("Photo"),
        "byline": _("Written by"),
        "scribe": _("Written down by"),
        "lab": called("lab"),
        "method": called("method"),
    }.get(part, "")


def _excerpt(text: str, spans: list[tuple[int, int]]) -> Markup:
    """The text around its first hit, cut at words."""
    first = spans[0][0]
    start, end = max(first - AROUND, 0), min(first + AROUND * 2, len(text))
    start = text.find(" ", start, first) + 1 or start if start else 0
    end = max(text.rfind(" ", spans[0][1], end), spans[0][1]) if end < len(text) else end
    inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
    marked = _marked(text[start:end], inside)
    return Markup("{}{}{}").format("… " if start else "", marked, " …" if end < len(text) else "")


def _marked(text: str, spans: list[tuple[int, int]]) -> Markup:
    """The text escaped, what is between the spans' ends in `mark`."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [escape(text[done:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        done = end
    return Markup("").join([*pieces, escape(text[done:])])


def _groups(
    counted: Facets, filters: Filters, asked: str, lang: str
) -> list[tuple[str, list[Choice]]]:
    """The filters that tell hits apart, each with its values, the most frequent first, of equals
    by their names."""
    names = _names(lang)
    labels = {
        "lab": called("lab"),
        "method": called("method"),
        "author": _("Written by"),
        "voice": _("Kind of post"),
        "kind": _("Who writes"),
        "year": _("Year"),
        "lang": _("Language"),
        "provenance": _("Where it comes from"),
    }
    groups = []
    for name, label in labels.items():
        now = getattr(filters, name)
        shown = [
            Choice(
                str(names.get(name, {}).get(value, value)),
                count,
                address(asked, _with(filters, name, "" if value == now else value)),
                value == now,
            )
            for value, count in sorted(counted.of[name].items(), key=lambda one: (-one[1], one[0]))
            if name not in {"lab", "method"} or value in names[name]
        ]
        if len(shown) > 1 or now:
            first = [one for at, one in enumerate(shown) if at < VALUES_SHOWN or one.chosen]
            groups.append((label, first))
    return groups


def _with(filters: Filters, name: str, value: str) -> Filters:
    return Filters(**{one: getattr(filters, one) for one in Filters.__slots__} | {name: value})


def _names(lang: str) -> dict[str, dict[str, Any]]:
    labs = {lab.slug: lab.short for lab in site.labs(db(), lang, archived=True)}
    return {
        "lab": {**labs, NO_LAB: _("The whole project")},
        "method": {way.slug: way.short for way in site.methods(db(), lang, retired=True)},
        "voice": {str(key): word for key, word in VOICES.items()},
        "kind": {str(key): word for key, word in KINDS.items()},
        "lang": POST_LANGUAGES,
        "provenance": {str(key): word for key, word in ORIGINS.items()},
    }
