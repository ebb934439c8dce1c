"""Yeses that stand: the list, the form to print, and the picture of the signed paper."""

from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from babel.dates import format_date
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from diary.domain import policy
from diary.domain import standing as rules
from diary.domain.errors import Invalid, NotFound, Problem
from diary.domain.standing import Yes
from diary.media import images, qr
from diary.media.storage import content_key
from diary.models import Given, StandingConsent, Use
from diary.queries import consents
from diary.text.plain import direction
from diary.web.forms import Form, chosen, day_if_any, file_name, line, refusal
from diary.web.guards import Access, access, member
from diary.web.rendering import LANGUAGES, absolute, diary_site, language, page
from diary.web.session import drop, now, reading, release, services, today, undo, writing

blueprint = Blueprint("standing", __name__)


@blueprint.get("/moderation/consents")
@access(Access.MODERATOR)
def listed() -> ResponseReturnValue:
    """Who has said yes, until when; and a form for one more."""
    return _list(Form({"use": Use.DIARY}))


def _list(form: Form, status: int = 200) -> Response:
    scope, lang = policy.scope(member()), language()
    labs = consents.lab_choices(reading(), scope.everything, scope.lab_ids, lang)
    whole = [("", _("The whole project"))] if scope.everything else []
    return page(
        "moderation/consents.html",
        status_code=status,
        standing=consents.standing(reading(), scope, today(), lang),
        lab_options=labs + whole,
        form=form,
    )


@blueprint.post("/moderation/consents")
@access(Access.MODERATOR)
def file() -> ResponseReturnValue:
    """Keep one more yes; a form is printed next."""
    form = request.form
    try:
        yes = Yes(
            line(form.get("name", "")),
            line(form.get("guardian", "")),
            form.get("lab", ""),
            chosen(Given, form.get("given", "")),
            chosen(Use, form.get("use", "")) or Use.DIARY,
            day_if_any(form, "until"),
        )
        kept = rules.file(writing(), member(), yes, now(), services().settings.zone)
    except Invalid as error:
        undo()
        return _list(Form(form, error.problems), 422)
    if kept.given is Given.FORM:
        return redirect(url_for(".form", standing_id=kept.id), 303)
    flash(_("Saved: %(name)s.", name=kept.name), "good")
    return redirect(url_for(".listed", _anchor=f"yes-{kept.id}"), 303)


@blueprint.post("/moderation/consents/<int:standing_id>/withdraw")
@access(Access.MODERATOR)
def withdraw(standing_id: int) -> ResponseReturnValue:
    """Take a yes back; the pictures decided by it go at once."""
    rules.withdraw(writing(), member(), standing_id, now(), services().settings.zone)
    flash(_("Taken back. The pictures decided by it are shown no more."), "good")
    return redirect(url_for(".listed"), 303)


# ---------------------------------------------------------------- the paper


@dataclass(frozen=True, slots=True)
class Printed:
    """What the form says, in one language."""

    lang: str
    dir: str
    heading: str
    promise: str
    press: str
    holds: str
    back: str
    guardian: str
    lines: tuple[str, ...]


@blueprint.get("/moderation/consents/<int:standing_id>/form")
@access(Access.MODERATOR)
def form(standing_id: int) -> ResponseReturnValue:
    """A yes as a sheet of A4 to sign."""
    one = rules.kept(reading(), member(), standing_id)
    asked = request.args.get("lang", "")
    lang = asked if asked in LANGUAGES else language()
    link = absolute(url_for(".paper_page", uid=one.uid))
    return page(
        "moderation/consent_form.html",
        one=one,
        said=_printed(one, lang),
        form=Form({"lang": lang}),
        language_options=list(LANGUAGES.items()),
        code_picture=Markup(qr.svg(link)),  # noqa: S704 (drawn here)
    )


def _printed(one: StandingConsent, lang: str) -> Printed:
    settings = diary_site()
    with force_locale(lang):
        until = format_date(one.until, "d MMMM y", locale=lang) if one.until else ""
        who = settings.contact_name or _("the project lead")
        press = _("They may also be shown in newspapers and in reports about the project.")
        return Printed(
            lang=lang,
            dir=direction(lang),
            heading=_("Yes to pictures"),
            promise=_(
                "Pictures in which I can be recognised may be shown in the diary %(title)s. "
                "It is on the web, and everybody can read it.",
                title=settings.title,
            ),
            press=press if one.use is Use.PRESS else "",
            holds=_("This holds until %(day)s.", day=until),
            back=_(
                "I can take my yes back at any time and need not say why. The pictures are taken "
                "away then. Contact: %(name)s.",
                name=" · ".join(
                    filter(None, (who, settings.contact_phone, settings.contact_email))
                ),
            ),
            guardian=_("Under %(age)s a parent or guardian signs, too.", age=settings.guardian_age),
            lines=(_("Name"), _("Day and signature"), _("Parent or guardian")),
        )


@blueprint.get("/moderation/consents/<uuid:uid>/paper")
@access(Access.MODERATOR)
def paper_page(uid: UUID) -> ResponseReturnValue:
    """Where the form's code leads a moderator's phone: to photograph the signed paper."""
    return _paper_page(uid, Form({}))


def _paper_page(uid: UUID, form: Form, status: int = 200) -> Response:
    one = rules.kept(reading(), member(), uid)
    return page("moderation/consent_paper.html", status_code=status, one=one, form=form)


@blueprint.post("/moderation/consents/<uuid:uid>/paper")
@access(Access.MODERATOR)
def file_paper(uid: UUID) -> ResponseReturnValue:
    """File the photo of the signed paper: for moderators alone."""
    rules.kept(reading(), member(), uid)
    release()
    file, store = request.files.get("paper") or FileStorage(), services().store
    if not file.filename:
        return _paper_page(uid, Form({}, (Problem("paper", "missing"),)), 422)
    with closing(file):
        data = file.read(images.MAX_BYTES + 1)
    try:
        cleaned = images.clean(data)
    except images.ImageRefused as error:
        wrong = Problem("paper", refusal(error), {"name": file_name(file)})
        return _paper_page(uid, Form({}, (wrong,)), 422)
    key = content_key("papers", cleaned.data, cleaned.extension)
    store.put(key, cleaned.data, cleaned.media_type)
    drop(rules.file_paper(writing(), member(), uid, key, cleaned.media_type, now()))
    flash(_("The signed paper is filed."), "good")
    return redirect(url_for(".listed"), 303)


@blueprint.get("/moderation/consents/<int:standing_id>/paper")
@access(Access.MODERATOR)
def paper(standing_id: int) -> ResponseReturnValue:
    """The filed picture itself."""
    one = rules.kept(reading(), member(), standing_id)
    if one.scan_key is None:
        raise NotFound
    key, media_type = one.scan_key, one.scan_type
    release()
    answer = Response(services().store.get(key), mimetype=media_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/moderation/consents/<int:standing_id>/paper/remove")
@access(Access.MODERATOR)
def remove_paper(standing_id: int) -> ResponseReturnValue:
    """Delete the filed picture."""
    drop(rules.remove_paper(writing(), member(), standing_id, now()))
    flash(_("The signed paper is deleted."), "good")
    return redirect(url_for(".listed", _anchor=f"yes-{standing_id}"), 303)
