"""How a text differs from the one before it, as moderators and its writer look at it."""

from typing import Any

from flask import request

from diary.domain import changes, policy
from diary.queries import revisions
from diary.web.guards import member
from diary.web.rendering import language
from diary.web.session import reading

LOOKS = ("only", "new")


def marked(post_id: int, revision_id: int, before: int | None = None) -> dict[str, Any]:
    """How a revision differs from one before it (else from the one read last), as it is asked for.

    Without a script the ways of looking are links: everything, `?look=only` the changes, or as it
    will look (`?look=new`).
    """
    look, db = request.args.get("look", ""), reading()
    before = before or revisions.earlier(db, post_id, revision_id)
    scope, lang = policy.scope(member()), language()
    found = revisions.versions(db, scope, post_id, lang, {before or revision_id, revision_id})
    between = changes.between(found[0], found[-1]) if before and len(found) == 2 else None
    known = between if between and between.differ else None
    return {
        "changes": known,
        "marks": known if look != "new" else None,
        "only": look == "only",
        "look": look if look in LOOKS else "",
    }
