"""Browsers, by what they say of themselves (RFC 9110, section 10.1.5).

Nothing of it is stored but a coarse name.
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
    (r"Viber/", "Viber"),
    (r"\bGSA/", "Google"),
    (r"; wv\)", ""),
)
"""How apps that open pages in themselves name themselves; the last is Android's for any other."""

SYSTEMS = {
    "Android": r"Android",
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Windows": r"Windows",
    "Mac": r"Macintosh",
    "ChromeOS": r"CrOS",
    "Linux": r"Linux",
}
BROWSERS = {
    "Edge": r"Edg(A|iOS)?/",
    "Samsung Internet": r"SamsungBrowser/",
    "Opera": r"OPR/",
    "Firefox": r"(Firefox|FxiOS)/",
    "Chrome": r"(Chrome|CriOS)/",
    "Safari": r"Safari/",
}


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


def coarse_name(agent: str) -> str:
    """What a browser is, coarse enough to tell nothing more: `Android · Chrome`."""
    found = (
        next((name for name, sign in kinds.items() if re.search(sign, agent)), "")
        for kinds in (SYSTEMS, BROWSERS)
    )
    return " · ".join(name for name in found if name)
