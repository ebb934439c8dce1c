"""Who may do what. Pure, and the only place that knows roles."""

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from diary.domain.workflow import Step
from diary.models import Role
from diary.queries.posts import NOBODY, Scope

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MODERATION = frozenset(
    {Step.HOLD, Step.RETURN, Step.SCHEDULE, Step.PUBLISH, Step.WITHDRAW, Step.RESTORE}
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody logged in."""

    account_id: int
    person_id: int
    name: str
    role: Role
    lab_ids: tuple[int, ...] = ()
    trusted: bool = False
    for_the_lead: bool = False
    """Reads in the lead's place."""

    @property
    def reads_all(self) -> bool:
        """Whether the whole queue is theirs to read."""
        return self.role is Role.LEAD or self.for_the_lead

    reads: tuple[str, ...] = ()
    """The languages they have said they read."""
    language: str | None = None
    """That of their buttons, if they have picked one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know of a post."""

    owner_id: int | None
    lab_id: int | None


@dataclass(frozen=True, slots=True)
class House:
    """What the lead has decided about who publishes, and by which clocks the diary goes."""

    coordinators_publish: bool = True
    own_posts: bool = False
    main_language: str = "sv"
    zone: ZoneInfo = STOCKHOLM
    ended: bool = False
    """The journey has ended: what is out can only be taken down."""


def scope(actor: Actor | None) -> Scope:
    """Which posts somebody may see besides the published ones."""
    if actor is None:
        return NOBODY
    return Scope(
        everything=actor.reads_all,
        owner_id=actor.account_id,
        lab_ids=actor.lab_ids if actor.role is Role.COORDINATOR else (),
    )


def moderates(actor: Actor | None) -> bool:
    """Whether somebody has a queue to read."""
    return actor is not None and actor.role in {Role.COORDINATOR, Role.LEAD}


def administers(actor: Actor | None) -> bool:
    """Whether somebody may change places, ways of working, people and settings."""
    return actor is not None and actor.role is Role.LEAD


def invites(actor: Actor, role: Role, lab_ids: Collection[int]) -> bool:
    """Whether somebody may invite: the lead anybody, a coordinator authors to their own labs."""
    if role is Role.AUTHOR and actor.role is Role.COORDINATOR:
        return bool(lab_ids) and set(lab_ids) <= set(actor.lab_ids)
    return administers(actor)


def hands_cards(actor: Actor, role: Role, lab_id: int | None) -> bool:
    """Whether somebody may see and renew a card: the lead any, a coordinator their authors'."""
    if role is Role.AUTHOR and actor.role is Role.COORDINATOR:
        return lab_id in actor.lab_ids
    return administers(actor)


def needs_password(role: Role) -> bool:
    """Whether who joins with this role chooses a password: it opens more than their own words."""
    return role is not Role.AUTHOR


def may_last_long(role: Role) -> bool:
    """Whether an invitation to this role may hang on a wall for a year."""
    return role is Role.AUTHOR


def shares(actor: Actor, lab_id: int | None) -> bool:
    """Whether somebody looks after a lab's shared devices; those of no lab are the lead's."""
    return administers(actor) or (actor.role is Role.COORDINATOR and lab_id in actor.lab_ids)


def tells_of(actor: Actor, lab_id: int | None) -> bool:
    """Whether somebody says what a lab's page tells, or the page of a method first tried there."""
    return shares(actor, lab_id)


def keeps_labs(role: Role) -> bool:
    """Whether an account with this role reads for labs of its own."""
    return role is Role.COORDINATOR


def begins_trusted(role: Role) -> bool:
    """Whether what a newcomer with this role writes is out at once."""
    return role is Role.LEAD


def names_voice(actor: Actor) -> bool:
    """Whether somebody is asked what kind of knowledge a post carries."""
    return moderates(actor)


def reads(actor: Actor, post: Facts) -> bool:
    """Whether a post in the queue is this moderator's to read."""
    if actor.reads_all:
        return True
    return actor.role is Role.COORDINATOR and post.lab_id in actor.lab_ids


def publishes(actor: Actor, house: House) -> bool:
    """Whether somebody lets out what others wrote."""
    return actor.reads_all or (actor.role is Role.COORDINATOR and house.coordinators_publish)


def tongues(reads: Collection[str], language: str | None, house: House) -> frozenset[str]:
    """What somebody reads: what they have said or, having said nothing, the diary's main language
    and that of their buttons."""
    return frozenset(reads or {house.main_language, language or house.main_language})


def may(actor: Actor, step: Step, post: Facts, house: House) -> bool:
    """Whether somebody may take a step with a post, as far as the person is concerned."""
    own = post.owner_id == actor.account_id
    if step not in MODERATION:
        return own and (step is not Step.PUBLISH_OWN or actor.trusted)
    if not reads(actor, post):
        return False
    if step not in {Step.PUBLISH, Step.SCHEDULE, Step.RESTORE}:
        return True
    if own and not house.own_posts:
        return False
    return publishes(actor, house)
