"""The page one writes on: its fields, the pictures on it, and how the post will look."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_datetime
from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from diary.domain import policy
from diary.domain.content import EARLIEST, MAX_PICTURES, BylineContent, Content, PictureContent
from diary.domain.errors import Problem
from diary.models import Claim, Kind
from diary.queries import named, people, site, taxonomy
from diary.queries.rows import LabRef, MethodRef, Neighbour, PictureView
from diary.text import markdown
from diary.text.plain import direction, heading
from diary.web.forms import POST_LANGUAGES, Form
from diary.web.guards import member
from diary.web.rendering import called, day, language, page
from diary.web.session import reading, services, today
from diary.web.words import VOICES

EMPTY_NAMES = 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a writing page shows: a content, where it came from, and what is wrong with it."""

    content: Content
    post_id: int | None = None
    published: bool = False
    form_key: str = ""
    edition: str = ""
    saved_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    """Fields that could not be read, as they were typed."""
    theirs: Content | None = None
    """What was saved meanwhile, where both texts are shown."""
    sent: str = ""
    """Where one sees how it stands, if it was even sent meanwhile."""
    whose: str | None = None
    """Whose words a moderator changes; None: one's own."""
    kept: bool = True
    """What stands in the fields is saved, but for what is wrong with it."""
    look: bool = False
    open_rest: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A picture on the page: as it is seen, and what was written on it."""

    view: PictureView
    written: PictureContent


@dataclass(frozen=True, slots=True)
class Look:
    """A content as its page will look: what the partial `moderation/_as_read.html` asks for."""

    title: str
    heading: str
    html: Markup
    lang: str
    gist: str
    second_kind: str
    second_lang: str
    second_html: Markup
    scribe: str
    dated: Any
    precision: str
    lab: LabRef | None
    methods: tuple[MethodRef, ...]
    voice: str
    inspired_by: Neighbour | None
    bylines: tuple[BylineContent, ...]
    pictures: tuple[PictureView, ...]

    @property
    def dir(self) -> str:
        """The direction its language is written in."""
        return direction(self.lang)


def sheet_page(sheet: Sheet, status: int = 200) -> Response:
    """The writing page."""
    session, content, lang = reading(), sheet.content, language()
    moderates = policy.names_voice(member())
    uploaded = people.uploaded(session, sheet.post_id) if sheet.post_id else {}
    labs = site.labs(session, lang)
    methods = tuple(
        way
        for way in site.methods(session, lang, retired=True)
        if way.retired_at is None or way.slug in content.methods
    )
    likely = {way.slug for way in taxonomy.likely_methods(session, content.lab, lang)}
    near = tuple(way for way in methods if way.slug in likely.union(content.methods))
    return page(
        "writing/write.html",
        status_code=status,
        sheet=sheet,
        form=_form(sheet),
        rows=[Row(uploaded[p.token], p) for p in content.pictures if p.token in uploaded],
        open_questions=sum(picture.claim is Claim.UNANSWERED for picture in content.pictures),
        names=(*content.bylines, *[BylineContent("")] * EMPTY_NAMES),
        me=people.writer(session, member().account_id),
        account_id=member().account_id,
        others=differences(content, sheet.theirs) if sheet.theirs else (),
        asked=taxonomy.weekly_question(session, content.lab, lang),
        question=_question(sheet),
        lab=next((lab for lab in labs if lab.slug == content.lab), None),
        place_choices=_options([("", _("The whole project")), *_pairs(labs)], content.lab),
        ways=(*_options(_pairs(near), *content.methods), ("", _("Don’t know"))),
        more_ways=_pairs(tuple(way for way in methods if way not in near)),
        tongues=dict(_options(POST_LANGUAGES.items(), content.lang)),
        sources=_sources(sheet),
        claims=claims(),
        focus_choices=focus_choices,
        voices=(("", _("Don’t know")), *VOICES.items()) if moderates else (),
        kinds=tuple(Kind) if moderates else (),
        known=taxonomy.acquaintances(session, policy.scope(member())) if moderates else (),
        today=today(),
        earliest=EARLIEST,
        limit=MAX_PICTURES,
        look=_look(content, uploaded, labs, methods) if sheet.look else None,
    )


def _question(sheet: Sheet) -> people.Question | None:
    """What the writer was asked, on their own page."""
    own = sheet.post_id is not None and sheet.whose is None
    return people.question(reading(), sheet.post_id or 0) if own else None


def _pairs(refs: tuple[LabRef, ...] | tuple[MethodRef, ...]) -> list[tuple[str, str]]:
    return [(ref.slug, ref.short) for ref in refs]


def _options(offered: Iterable[tuple[str, str]], *chosen: str) -> tuple[tuple[str, str], ...]:
    """What can be chosen, and what was chosen before and is no longer offered."""
    known = dict(offered)
    return (*known.items(), *((value, value) for value in chosen if value not in known))


def _sources(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """The posts to choose from, in answer to what inspired this one; the chosen one among them."""
    session, chosen = reading(), sheet.content.inspired_by
    offered = dict(named.offered(session, sheet.content.methods, sheet.post_id))
    source = named.called(session, chosen)
    if source and chosen not in offered:
        offered[chosen] = source.heading
    return (("", _("Nothing chosen")), *offered.items())


def summary(content: Content) -> str:
    """The closed line: the day, the names, the language, the place."""
    dated = _("Today") if content.dated == today() else day(content.dated)
    names = (f"\u2068{byline.name}\u2069" for byline in content.bylines)
    tongue = POST_LANGUAGES.get(content.lang, content.lang)
    labs = site.labs(reading(), language())
    place = (lab.short for lab in labs if lab.slug == content.lab)
    return " · ".join((dated, *names, tongue, *place))


def differences(mine: Content, theirs: Content) -> tuple[tuple[str, str], ...]:
    """What stands otherwise in `theirs` besides title and words: each field with what is there."""
    own = dict(_beside_the_words(mine))
    return tuple(
        (name, said) for name, said in _beside_the_words(theirs) if said != own.get(name, "")
    )


def _beside_the_words(content: Content) -> Iterable[tuple[str, str]]:
    labs, methods = site.labs(reading(), language()), site.methods(reading(), language())
    ways = dict(_pairs(methods))
    yield _("Which day is it about?"), day(content.dated)
    yield called("lab"), dict(_pairs(labs)).get(content.lab, content.lab) or _("The whole project")
    yield _("What did you do?"), ", ".join(ways.get(slug, slug) for slug in content.methods)
    names = (", ".join(filter(None, (one.name, one.role))) for one in content.bylines)
    yield _("Written by"), " · ".join(names)
    yield _("Which language is it in?"), POST_LANGUAGES.get(content.lang, content.lang)
    yield _("One line in the diary’s main language"), content.gist
    yield _("Second text"), content.second_body
    source = named.called(reading(), content.inspired_by)
    yield _("Inspired by"), source.heading if source else content.inspired_by
    yield _("Kind of post"), VOICES[content.voice] if content.voice else ""
    answers = dict(claims())
    for number, picture in enumerate(content.pictures, 1):
        said = (picture.alt, picture.caption, picture.credit, picture.link)
        answer = answers.get(picture.claim, "")
        yield _("Picture %(number)s", number=number), " · ".join(filter(None, (*said, answer)))


def moment(at: datetime) -> str:
    """When something happened, in the diary's time zone: the time if today, else the day."""
    local = at.astimezone(services().settings.zone)
    if local.date() == today():
        return f"{local:%H:%M}"
    year = "" if local.year == today().year else " y"
    return format_date(local.date(), f"d MMMM{year}", locale=language())


def at_time(at: datetime) -> str:
    """A day and a time by the diary's clocks, in the reader's language."""
    local = at.astimezone(services().settings.zone)
    return format_datetime(local, "EEE d MMMM HH:mm", locale=language())


def claims() -> tuple[tuple[Claim, str], ...]:
    """The four answers to "Can anyone be recognised?"."""
    return (
        (Claim.NOBODY, _("No")),
        (Claim.YES, _("Yes, and they said yes")),
        (Claim.NOT_YET, _("Yes, not asked yet")),
        (Claim.UNKNOWN, _("Don’t know")),
    )


def focus_choices(present: str) -> tuple[tuple[str, str], ...]:
    """Where small pictures can be cut without a script; `present` stays among them."""
    sides = (
        ("0.50 0.50", _("The middle")),
        ("0.50 0.20", _("The top")),
        ("0.50 0.80", _("The bottom")),
        ("0.20 0.50", _("The left side")),
        ("0.80 0.50", _("The right side")),
    )
    return sides if present in dict(sides) else ((present, _("As it is now")), *sides)


def picture_html(content: Content, view: PictureView) -> str:
    """One picture of the page, for a script that has sent it."""
    number, written = next(
        (number, picture)
        for number, picture in enumerate(content.pictures, 1)
        if picture.token == view.token
    )
    return render_template(
        "writing/_picture.html",
        row=Row(view, written),
        form=_form(Sheet(content)),
        claims=claims(),
        focus_choices=focus_choices,
        number=number,
    )


def _form(sheet: Sheet) -> Form:
    content = sheet.content
    values: dict[str, Any] = {
        name: getattr(content, name)
        for name in (
            *("title", "body", "lang", "gist", "lab", "methods", "scribe"),
            *("second_lang", "second_body", "inspired_by"),
        )
    }
    values["voice"] = content.voice or ""
    values["second_kind"] = content.second_kind or ""
    values["dated"] = content.dated.isoformat()
    for picture in content.pictures:
        for name in ("alt", "caption", "credit", "link", "claim"):
            values[f"{name}-{picture.token}"] = getattr(picture, name)
    return Form({**values, **sheet.typed}, sheet.problems)


def kept_page(sheet: Sheet) -> Response:
    """What was being written when the journey ended, to be read."""
    session, lang = reading(), language()
    uploaded = people.uploaded(session, sheet.post_id) if sheet.post_id else {}
    labs = site.labs(session, lang, archived=True)
    methods = site.methods(session, lang, retired=True)
    look = _look(sheet.content, uploaded, labs, methods)
    return page("writing/kept.html", sheet=sheet, look=look)


def _look(
    content: Content,
    uploaded: dict[str, PictureView],
    labs: tuple[LabRef, ...],
    methods: tuple[MethodRef, ...],
) -> Look:
    html = markdown.render(content.body)
    return Look(
        title=content.title,
        heading=heading(content.title, html),
        html=Markup(html),  # noqa: S704 (sanitised)
        lang=content.lang,
        gist=content.gist,
        second_kind=content.second_kind or "",
        second_lang=content.second_lang,
        second_html=Markup(markdown.render(content.second_body)),  # noqa: S704 (sanitised)
        scribe=content.scribe,
        dated=content.dated,
        precision=content.precision,
        lab=next((lab for lab in labs if lab.slug == content.lab), None),
        methods=tuple(method for method in methods if method.slug in content.methods),
        voice=content.voice or "",
        inspired_by=named.called(reading(), content.inspired_by),
        bylines=content.bylines,
        pictures=tuple(
            replace(uploaded[p.token], alt=p.alt, caption=p.caption, credit=p.credit, link=p.link)
            for p in content.pictures
            if p.token in uploaded
        ),
    )
