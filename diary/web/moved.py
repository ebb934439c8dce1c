"""Old addresses of posts, labs, methods and authors lead on to the present ones."""

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoRoute

from diary.addresses import NUMBERED, old_address
from diary.domain.errors import NotFound
from diary.models import Post, Status
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


def from_elsewhere() -> ResponseReturnValue | None:
    """From an address that a post had before it was brought in, such as `/2019/05/kor/` or
    `/?p=123`, to where it stands. Addresses of this diary's own come first."""
    if request.method not in SAFE_METHODS:
        return None
    numbered = request.endpoint == "reading.home" and not request.args.keys().isdisjoint(NUMBERED)
    if not numbered and not isinstance(request.routing_exception, NoRoute):
        return None
    query = request.query_string.decode("ascii", "replace")
    key = old_address(f"/?{query}" if numbered else request.path)
    post = aliases.target(reading(), Post, key) if key else None
    if post is None or post.status not in {Status.PUBLISHED, Status.WITHDRAWN}:
        return None
    if post.status is Status.WITHDRAWN:
        abort(410)
    return redirect(url_for("reading.post", slug=post.slug), 301)


def init_app(app: Flask) -> None:
    """Look there before it is said that there is nothing."""
    app.before_request(from_elsewhere)
