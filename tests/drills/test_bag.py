"""The bag replayed: pywb, in a `.venv` of its own (it needs the network), shows the site again."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import chromium
from tests.cli.test_export_bag import HOME, place

pytestmark = pytest.mark.drill
__all__ = ["chromium", "place"]
WITHIN_SECONDS = 120


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of pywb's and py-wacz's programs."""
    folder = tmp_path_factory.mktemp("tools")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "-q", "pywb>=2.10", "wacz>=0.5"], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def replayed(place: Path, tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where pywb shows the site."""
    folder, site = tmp_path_factory.mktemp("pywb"), place / "bag/data/site.wacz"
    for words in (("init", "dagbok"), ("add", "--unpack-wacz", "dagbok", str(site))):
        subprocess.run([tools / "wb-manager", *words], cwd=folder, check=True)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [str(tools / "wayback"), "-b", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, cwd=folder) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/dagbok/2099mp_/{HOME}"
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    until = time.monotonic() + WITHIN_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - our own
                return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _got(address: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own
        return answer.headers["Content-Type"], answer.read()


def test_it_replays_in_pywb(replayed: str, place: Path) -> None:
    with zipfile.ZipFile(place / "bag/data/site.wacz") as archive:
        lines = archive.read("indexes/index.cdx").decode().splitlines()
    told = [json.loads(line.split(" ", 2)[2]) for line in lines]
    for lang in ("", "/en", "/ar"):
        media_type, page = _got(f"{replayed}{lang}/posts/dag-0-a")
        assert media_type.startswith("text/html")
        assert "Vi sjöng." in page.decode()
    _, led = _got(f"{replayed}/2019/05/gammal")
    assert "Vi sjöng." in led.decode()
    pictures = [one["url"] for one in told if one["mime"] == "image/webp"]
    assert pictures
    for url in pictures:
        media_type, data = _got(replayed + url.removeprefix(HOME))
        assert media_type == "image/webp"
        assert data[8:12] == b"WEBP"


def test_search_answers_in_a_replay(replayed: str, chromium: Browser) -> None:
    with chromium.new_page() as page:
        page.set_default_timeout(WITHIN_SECONDS * 1000)
        page.goto(f"{replayed}/search#q=sjöng")
        found = page.frame_locator("iframe").locator("#found a")
        found.first.wait_for()
        assert found.count() == 3


def test_others_read_it_as_we_do(tools: Path, place: Path) -> None:
    site = place / "bag/data/site.wacz"
    subprocess.run([tools / "wacz", "validate", "-f", site], check=True)
    with zipfile.ZipFile(site) as archive:
        lines = archive.read("indexes/index.cdx").decode().splitlines()
    ours = {json.loads(line.split(" ", 2)[2])["url"]: line.split(" ")[0] for line in lines}
    told = "import surt, sys; print(*map(surt.surt, sys.argv[1:]), sep='\\n')"
    command = [tools / "python", "-c", told, *ours]
    theirs = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert list(ours.values()) == theirs.splitlines()
