"""A hub (W3C WebSub): it is told of a feed that has changed, fetches it and hands it to others."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

TIMEOUT_SECONDS = 20
"""For each step of three requests: all of them must be over before a ping is tried again."""
FORMATS = ("atom", "rss", "json")

Tell = Callable[[str], None]


class NotTold(Exception):
    """The hub could not be reached or did not take it."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: what is sent on would arrive as a GET, and tell nothing."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def teller(hub: str, base_url: str) -> Tell:
    """A function that tells the hub of a feed by its path without the format; raises NotTold.

    WebSub leaves it to hubs how they are told. All known ones read `hub.mode=publish` with the
    topic as `hub.url` (PubSubHubbub 0.4, section 7.1) or as `hub.topic`, one to a request.
    """

    def tell(path: str) -> None:
        for kind in FORMATS:
            topic = f"{base_url}{path}.{kind}"
            _post(hub, {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic})

    return tell


def _post(hub: str, fields: dict[str, str]) -> None:
    try:
        with _opener.open(hub, urlencode(fields).encode(), TIMEOUT_SECONDS):
            pass  # anything but 2xx is raised
    except urllib.error.HTTPError as error:
        error.close()
        raise NotTold(f"it answers {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotTold(type(error).__name__) from error
