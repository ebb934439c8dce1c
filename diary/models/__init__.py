"""The tables, and nothing but the tables."""

from diary.models.consent import Claim, Consent, Decision
from diary.models.engine import Base, begin_writing, make_engine, make_sessions
from diary.models.journal import Event, Message, guard_journal
from diary.models.letters import Outgoing
from diary.models.people import (
    Account,
    AccountLab,
    Card,
    Device,
    Invitation,
    InvitationLab,
    Kind,
    Passkey,
    Person,
    Role,
    Throttle,
)
from diary.models.pictures import Picture, Rendition
from diary.models.posts import (
    Byline,
    Post,
    Precision,
    Revision,
    RevisionMethod,
    SecondKind,
    ShownPicture,
    Status,
    Voice,
    WorkingCopy,
)
from diary.models.provenance import Origin, Provenance
from diary.models.state import Page, Setting, State
from diary.models.taxonomy import FocusArea, Lab, LabFocusArea, Method

__all__ = [
    "Account",
    "AccountLab",
    "Base",
    "Byline",
    "Card",
    "Claim",
    "Consent",
    "Decision",
    "Device",
    "Event",
    "FocusArea",
    "Invitation",
    "InvitationLab",
    "Kind",
    "Lab",
    "LabFocusArea",
    "Message",
    "Method",
    "Origin",
    "Outgoing",
    "Page",
    "Passkey",
    "Person",
    "Picture",
    "Post",
    "Precision",
    "Provenance",
    "Rendition",
    "Revision",
    "RevisionMethod",
    "Role",
    "SecondKind",
    "Setting",
    "ShownPicture",
    "State",
    "Status",
    "Throttle",
    "Voice",
    "WorkingCopy",
    "begin_writing",
    "guard_journal",
    "make_engine",
    "make_sessions",
]
