"""Browsers inside other apps are known by what they say of themselves."""

import pytest

from diary.web.browsers import app_around, coarse_name, intent, is_android
from tests.conftest import Browser

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"  # noqa: E501
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36"  # noqa: E501

INSIDE = {
    f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/470.0.0.41.102;FBBV/618539017;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1]": "Facebook",  # noqa: E501
    f"{ANDROID} [FB_IAB/FB4A;FBAV/471.0.0.37.73;]": "Facebook",
    f"{IPHONE} Mobile/15E148 LightSpeed [FBAN/MessengerLiteForiOS;FBAV/463.0.0.31.107;FBLC/sv_SE]": "Messenger",  # noqa: E501
    f"{IPHONE} Mobile/15E148 [FBAN/MessengerForiOS;FBAV/463.0.0.31.107]": "Messenger",
    f"{ANDROID} [FB_IAB/Orca-Android;FBAV/463.0.0.14.109;]": "Messenger",
    f"{ANDROID} [FB_IAB/MESSENGER;FBAV/370.0.0.14.108;]": "Messenger",
    f"{IPHONE} Mobile/15E148 Instagram 337.0.3.23.54 (iPhone14,5; iOS 17_5_1; sv_SE)": "Instagram",
    f"{ANDROID} Instagram 334.0.0.42.95 Android (34/14; 450dpi; 1080x2125; samsung)": "Instagram",
    f"{IPHONE} Mobile/15E148 musical_ly_35.1.0 JsSdk/2.0 NetType/WIFI Channel/App Store": "TikTok",
    f"{ANDROID} trill_350103 BytedanceWebview/d8a21c6": "TikTok",
    f"{IPHONE} Mobile/15E148 Snapchat/12.93.0.40 (like Safari/8618.2.12.10.9, panda)": "Snapchat",
    f"{ANDROID} Snapchat/12.92.0.33 (SM-A546B; Android 14#A546BXXU8BXE1#34; gzip; )": "Snapchat",
    f"{ANDROID} WhatsApp/2.24.13.77": "WhatsApp",
    f"{IPHONE} Mobile/15E148 Safari Line/14.9.0": "Line",
    f"{ANDROID} Line/14.9.1/IAB": "Line",
    f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/en": "WeChat",
    f"{ANDROID} Viber/22.8.0.0": "Viber",
    f"{IPHONE} GSA/321.0.642804631 Mobile/15E148 Safari/604.1": "Google",
    ANDROID: "",
}
REAL = (
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
    f"{IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
    f"{IPHONE} FxiOS/127.1 Mobile/15E148 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",  # noqa: E501
    "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",  # noqa: E501
    "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",  # noqa: E501
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",  # noqa: E501
    "",
)


@pytest.mark.parametrize(("agent", "app"), INSIDE.items(), ids=str)
def test_an_app_around_a_page_is_named(agent: str, app: str) -> None:
    assert app_around(agent) == app


@pytest.mark.parametrize("agent", REAL)
def test_a_real_browser_is_left_in_peace(agent: str) -> None:
    assert app_around(agent) is None


def test_the_way_out_keeps_the_whole_address() -> None:
    assert intent("https://dagbok.example.org/join/ABC?a=1") == (
        "intent://dagbok.example.org/join/ABC?a=1#Intent;scheme=https;"
        "action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;end"
    )


@pytest.mark.parametrize("address", ["/join", "/card", "/login"])
def test_the_door_shows_the_way_out_of_an_app(client: Browser, address: str) -> None:
    for agent in INSIDE:
        text = client.get(address, headers={"User-Agent": agent}).text
        assert text.count('class="notice in-app"') == 1
        assert ("intent://localhost" in text) == is_android(agent)
    for agent in REAL:
        assert "in-app" not in client.get(address, headers={"User-Agent": agent}).text


def test_the_writing_page_shows_it_too(as_author: Browser) -> None:
    agent = next(iter(INSIDE))
    assert "in-app" in as_author.get("/write", headers={"User-Agent": agent}).text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("(Linux; Android 8.0.0; SM-G930F) {webkit} Chrome/120.0 Mobile {safari}",
         "Android · Chrome"),
        ("(Linux; Android 13; SAMSUNG SM-S901B) {webkit} SamsungBrowser/23.0 Chrome/115.0 {safari}",
         "Android · Samsung Internet"),
        ("(iPhone; CPU iPhone OS 15_0 like Mac OS X) {webkit} Version/15.0 {safari}",
         "iPhone · Safari"),
        ("(Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
         "Windows · Firefox"),
        ("(Macintosh; Intel Mac OS X 10_15_7) {webkit} Chrome/120.0 {safari} Edg/120.0",
         "Mac · Edge"),
        ("(X11; CrOS x86_64 14541.0.0) {webkit} Chrome/120.0 {safari}", "ChromeOS · Chrome"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_coarsely(agent: str, name: str) -> None:
    said = agent.format(webkit="AppleWebKit/537.36 (KHTML, like Gecko)", safari="Safari/537.36")
    assert coarse_name(f"Mozilla/5.0 {said}") == name
