"""What a visitor claims about where they come from is believed as DIARY_PROXIES says."""

from dataclasses import replace

import pytest
from flask import Flask, request

from diary.app import create_app
from diary.config import Settings

PEER = "127.0.0.1"
ADDRESS = "https://dagbok.example.org"
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/elsewhere",
    "Forwarded": "for=203.0.113.9;host=elsewhere.example;proto=https",
}


def ask(settings: Settings, proxies: int, headers: dict[str, str]) -> tuple[int, list[str]]:
    """The status of an answer, and what the diary took for address, host and scheme."""
    app: Flask = create_app(replace(settings, proxies=proxies, base_url=ADDRESS))
    seen: list[str] = []

    @app.before_request
    def look() -> None:
        seen[:] = [request.remote_addr or "", request.host, request.scheme, request.root_path]

    answer = app.test_client().get("/healthz", headers={"Host": "dagbok.example.org", **headers})
    return answer.status_code, seen


def test_without_a_proxy_nothing_is_believed(settings: Settings) -> None:
    assert ask(settings, 0, FORGED) == (200, [PEER, "dagbok.example.org", "http", ""])


def test_the_one_proxy_is_believed_and_nobody_before_it(settings: Settings) -> None:
    """nginx and Caddy as set up replace the headers; one that adds to them is read from its end."""
    added = {
        **FORGED,
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
        "X-Forwarded-Host": "elsewhere.example, dagbok.example.org",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Port": "",
    }
    found = ask(settings, 1, added)
    assert found == (200, ["198.51.100.7", "dagbok.example.org", "https", ""])


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_host_but_its_own_is_answered(settings: Settings, proxies: int) -> None:
    assert ask(settings, proxies, {"Host": "elsewhere.example"})[0] == 400
    assert ask(settings, 1, FORGED)[0] == 400
