"""Where posts that were not written here come from, as cards name it."""

from typing import Any

from diary.models import Origin, Provenance
from diary.queries.rows import mirror_ref


def whence(found: Provenance | None) -> dict[str, Any]:
    """What a card says of it, by the names of its fields."""
    if found is None:
        return {"provenance": Origin.WRITTEN, "source_url": ""}
    told = {name: getattr(found, name) for name in ("source_url", "earlier")}
    return {**told, "provenance": found.origin, "mirrored": mirror_ref(found.mirror)}
