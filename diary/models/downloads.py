"""What was made ahead for whoever takes the diary along."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from diary.models.engine import NEVER_AGAIN, Base


class Edition(Base):
    """Files made of all that was public at a version. It is gone as soon as any post that it may
    hold changes (`domain.indexing`), whether it is made or in the making."""

    __tablename__ = "editions"
    # A number that comes again would name the pieces of one that has gone.
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    begun_at: Mapped[datetime]
    alive_at: Mapped[datetime]
    """When whoever makes it was last heard of."""
    made_at: Mapped[datetime | None]
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Per name its `size` in bytes, its `sha256` and the `keys` of its pieces in the store."""
