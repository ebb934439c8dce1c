"""Whether people in a picture can be recognised and have said yes."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base, words


class Claim(enum.StrEnum):
    """The writer's answer to "Can anyone be recognised?"."""

    NOBODY = "nobody"
    YES = "yes"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"


class Decision(enum.StrEnum):
    """The moderator's decision."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Consent(Base):
    """Per picture: the writer's dated claim, then the moderator's decision."""

    __tablename__ = "consents"

    picture_id: Mapped[int] = mapped_column(ForeignKey("pictures.id"), primary_key=True)
    claim: Mapped[Claim] = mapped_column(words(Claim, "claim"), default=Claim.UNANSWERED)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    claimed_at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(words(Decision, "decision"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    decided_at: Mapped[datetime | None]
    until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
