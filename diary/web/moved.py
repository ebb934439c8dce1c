"""Old addresses of posts, labs, methods and authors lead on to the present ones."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from diary.domain.errors import NotFound
from diary.queries import aliases
from diary.queries.aliases import Addressed
from diary.web.guards import SAFE_METHODS
from diary.web.session import reading


def led_on(kind: type[Addressed], slug: str) -> ResponseReturnValue:
    """To where this view's present address is; raises NotFound if nothing was at this one.

    A form keeps its method on the way (RFC 9110, section 15.4.9).
    """
    found = aliases.target(reading(), kind, slug)
    if found is None or found.slug is None or request.endpoint is None:
        raise NotFound
    address = url_for(request.endpoint, **{**(request.view_args or {}), "slug": found.slug})
    query = request.query_string.decode("ascii", "replace")
    permanently = 301 if request.method in SAFE_METHODS else 308
    return redirect(f"{address}?{query}" if query else address, permanently)
