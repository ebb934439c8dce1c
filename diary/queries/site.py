"""What the lead has set about the diary, and its labs, methods and pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Lab, Method, Page, Setting, State
from diary.queries.kept import kept
from diary.queries.plain import told
from diary.queries.rows import LabRef, MethodRef, lab_ref, method_ref


@dataclass(frozen=True, slots=True)
class Site:
    """The lead's settings, with what holds until something is set.

    Texts with a language are mappings from language code to text.
    """

    title: str = "Dagboken"
    sentence: Mapping[str, str] = field(default_factory=dict)
    main_language: str = "sv"
    lab_called: Mapping[str, str] = field(default_factory=dict)
    """What a lab is called here; where nothing is set, as the interface has it."""
    labs_called: Mapping[str, str] = field(default_factory=dict)
    method_called: Mapping[str, str] = field(default_factory=dict)
    methods_called: Mapping[str, str] = field(default_factory=dict)
    licence: str = "CC BY 4.0"
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    contact_name: str = ""
    contact_role: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    press_name: str = ""
    """Whom journalists call; empty: the same as everybody. So also the next two."""
    press_phone: str = ""
    press_email: str = ""
    controller: str = ""
    """Who answers for personal data (GDPR, article 4.7): name, number, address."""
    protection_officer: str = ""
    """The data protection officer and how to reach them; empty: there is none."""
    partners: tuple[str, ...] = ()
    funder: str = ""
    chosen: str = ""
    """uid of the post the home page begins with; empty: the newest with text and picture."""
    coordinators_publish: bool = True
    own_posts: bool = False
    """Whether moderators may publish what they have written themselves."""
    guardian_age: int = 15
    """Below this age a guardian says yes to a picture."""
    hide_on_request: bool = True
    """Whether "this is me" takes a picture out of sight at once."""
    requests_a_day: int = 20
    """How many such requests hide something within a day: more may be vandalism."""
    answer_days: int = 30
    """Within how many days such a request is to be answered (GDPR, article 12.3: a month)."""
    journey_posts: int = 0
    """How many posts the journey once had, where it is rebuilt from traces; 0: a living diary."""
    keep_drafts: int = 24
    """For how many months what nobody has sent nor written on is kept; so all the `keep_…`."""
    keep_taken_down: int = 24
    """The words and pictures of a post that was taken down."""
    keep_requests: int = 12
    """What was asked without an account, once it is answered."""
    keep_consents: int = 12
    """Who had said yes, once that does not hold any more."""
    keep_devices: int = 13
    """A device that nobody is signed in on any more, or uses: longer than any cookie."""
    keep_mail: int = 1
    """Mail that could not be sent."""
    originals: tuple[Mapping[str, str], ...] = ()
    """Title and home page of the diaries that this one keeps a twin of, in the order they came."""
    withdrawn_before: Mapping[str, int] = field(default_factory=dict)
    """How many posts were taken down, by month, in the diary that this one goes on from."""
    ended_at: datetime | None = None
    """When the journey ended: nothing new is written then (`domain.closing`)."""
    key_mark: str = ""
    """By what the secret key is known again where several servers share it."""

    def said(self, texts: Mapping[str, str], lang: str) -> str:
        """The text in a language, else in the main one, else any."""
        return texts.get(lang) or texts.get(self.main_language) or next(iter(texts.values()), "")


@kept
def site(session: Session) -> Site:
    """The diary's settings."""
    values: dict[str, Any] = {
        setting.key: setting.value["value"] for setting in session.scalars(select(Setting))
    }
    for several in values.keys() & {"partners", "originals"}:
        values[several] = tuple(values[several])
    if "ended_at" in values:
        values["ended_at"] = datetime.fromisoformat(values["ended_at"])
    return Site(**values)


class Present(NamedTuple):
    """What the diary's one row says of it, as of now."""

    version: int
    """Of all that is public."""
    changed_at: datetime
    due: datetime | None
    """When it next changes by itself."""
    cards_since: int
    """The version since which posts were only added."""
    sequence: int
    """The last one a post was given; 0 where none was public yet."""
    uid: UUID


@kept
def present(session: Session) -> Present:
    """What is true of the diary now."""
    return Present(*told(session, _PRESENT).one())


_PRESENT = select(*(getattr(State, name) for name in Present._fields))


@kept
def labs(session: Session, lang: str, *, archived: bool = False) -> tuple[LabRef, ...]:
    """All labs in use, in the lead's order; with `archived` the others after them."""
    last = Lab.archived_at.is_not(None)
    statement = select(Lab).order_by(last, Lab.position, Lab.id)
    if not archived:
        statement = statement.where(Lab.archived_at.is_(None))
    return tuple(lab_ref(lab, lang) for lab in session.scalars(statement))


def methods(session: Session, lang: str, *, retired: bool = False) -> tuple[MethodRef, ...]:
    """All methods that can be chosen, in the lead's order; with `retired` the others after them."""
    last = Method.retired_at.is_not(None)
    statement = select(Method).order_by(last, Method.core.desc(), Method.position, Method.id)
    if not retired:
        statement = statement.where(Method.retired_at.is_(None))
    return tuple(method_ref(method, lang) for method in session.scalars(statement))


def page_body(session: Session, slug: str, lang: str) -> str | None:
    """What the lead has written for a page in a language, as Markdown."""
    return session.scalar(select(Page.body).where(Page.slug == slug, Page.lang == lang))
