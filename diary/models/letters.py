"""Mail that waits to be sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import Base


class Outgoing(Base):
    """One mail in the outbox; the row goes when it is sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    lang: Mapped[str]
    queued_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    """When it is tried next."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    """The post whose writer it tells what became of it: overtaken by what happens next."""
