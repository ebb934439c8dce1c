"""Browsers inside other apps, by what they say of themselves (RFC 9110, section 10.1.5).

Nothing of it is stored.
"""

import re

APPS = (
    (r"FBAN/Messenger|FB_IAB/(?:MESSENGER|Orca)|FBAN/.*MessengerLite", "Messenger"),
    (r"Instagram[ /]", "Instagram"),
    (r"FBAN/|FBAV/|FB_IAB/", "Facebook"),
    (r"musical_ly|BytedanceWebview|TikTok|\btrill_", "TikTok"),
    (r"Snapchat", "Snapchat"),
    (r"WhatsApp/", "WhatsApp"),
    (r"\bLine/", "Line"),
    (r"MicroMessenger/", "WeChat"),
    (r"; wv\)", ""),
)
"""How apps that open pages in themselves name themselves; the last is Android's for any other."""


def app_around(user_agent: str) -> str | None:
    """The app whose own browser this is, "" for one without a name, None for a real browser."""
    return next((name for pattern, name in APPS if re.search(pattern, user_agent)), None)


def is_android(user_agent: str) -> bool:
    """Whether an `intent:` link can lead out of an app."""
    return "Android" in user_agent


def intent(address: str) -> str:
    """An address that Android opens in the phone's real browser."""
    scheme, _colon, rest = address.partition("://")
    return (
        f"intent://{rest}#Intent;scheme={scheme};action=android.intent.action.VIEW;"
        "category=android.intent.category.BROWSABLE;end"
    )
