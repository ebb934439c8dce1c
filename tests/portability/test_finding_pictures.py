"""Pictures of an import: found in a folder, and with care on the network where it is asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from diary.media.images import MAX_BYTES
from diary.portability import fetching
from diary.portability.fetching import NotFetched, ask, door, fetch, is_public
from diary.portability.pictures import Finder, NoPicture
from tests.mirrors import answering

OLD = "https://dagbok.example/wp-content/uploads/2019/05/bild.jpg"


def a_folder(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


@pytest.mark.parametrize(
    ("names", "source", "found"),
    [
        (["bild.jpg"], OLD, "bild.jpg"),
        (["2019/05/bild.jpg", "2018/05/bild.jpg"], OLD, "2019/05/bild.jpg"),
        (["uploads/2019/05/bild.jpg", "05/bild.jpg"], OLD, "uploads/2019/05/bild.jpg"),
        (["bild.jpg"], "https://x.example/bild-300x200.jpg", "bild.jpg"),
        (["bild.jpg"], "https://x.example/bild-scaled.jpg?ver=2", "bild.jpg"),
        (["På_torget.JPG"], "https://x.example/p%C3%A5_torget.jpg", "På_torget.JPG"),
        (["pictures/a.jpg", "b/a.jpg"], "pictures/a.jpg", "pictures/a.jpg"),
    ],
)
def test_a_file_is_found_by_as_much_of_its_address_as_fits(
    tmp_path: Path, names: list[str], source: str, found: str
) -> None:
    assert Finder(a_folder(tmp_path, *names)).find(source) == found.encode()


@pytest.mark.parametrize(
    ("names", "source", "says"),
    [
        (["a/bild.jpg", "b/bild.jpg"], "https://x.example/bild.jpg", "not in the folder"),
        (["annan.jpg"], OLD, "not in the folder"),
        (["annan.jpg"], "../../etc/passwd", "not in the folder"),
        ([], "data:image/png;base64,x", "no folder"),
    ],
)
def test_a_file_that_is_not_there_or_not_the_only_one_is_said(
    tmp_path: Path, names: list[str], source: str, says: str
) -> None:
    with pytest.raises(NoPicture, match=says):
        Finder(a_folder(tmp_path, *names)).find(source)


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    a_folder(tmp_path, "secret.jpg", "in/bild.jpg")
    (tmp_path / "in/link.jpg").symlink_to(tmp_path / "secret.jpg")
    for source in ("../secret.jpg", "link.jpg", str(tmp_path / "secret.jpg")):
        with pytest.raises(NoPicture):
            Finder(tmp_path / "in").find(source)


def test_the_network_is_asked_only_for_what_the_folder_has_not(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(address: str, limit: int) -> bytes:
        asked.append(address)
        assert limit == MAX_BYTES
        return b"fetched"

    finder = Finder(a_folder(tmp_path, "bild.jpg"), ask)
    assert finder.find(OLD) == b"bild.jpg"
    assert finder.find("https://dagbok.example/annan.jpg") == b"fetched"
    with pytest.raises(NoPicture):
        finder.find("pictures/annan.jpg")
    assert asked == ["https://dagbok.example/annan.jpg"]


# ---------------------------------------------------------------- the network


class Answers(BaseHTTPRequestHandler):
    """A site with all kinds of answers."""

    def do_GET(self) -> None:
        kind = self.path.partition("?")[0].strip("/")
        self.send_response(302 if kind in {"moved", "round", "away"} else 404 if not kind else 200)
        if kind == "moved":
            self.send_header("Location", "/bild?a=%C3%A5")
        if kind == "round":
            self.send_header("Location", "/round")
        if kind == "away":
            self.send_header("Location", "file:///etc/passwd")
        if kind in {"long", "broken"}:
            self.send_header("Content-Length", "5000" if kind == "long" else "2")
        self.end_headers()
        if kind == "bild":
            self.wfile.write(self.path.encode())
        if kind in {"long", "endless"}:
            self.wfile.write(b"0" * 5000)
        if kind == "broken":
            self.wfile.write(b"0")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def anybody(ip: str) -> bool:
    return bool(ip)


def test_what_is_there_is_fetched_wherever_it_has_moved_to(site: str) -> None:
    assert fetch(f"{site}/bild?å=1", 1000, allowed=anybody) == b"/bild?%C3%A5=1"
    assert fetch(f"{site}/moved", 1000, allowed=anybody) == b"/bild?a=%C3%A5"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/round", "on and on"),
        ("/away", "neither http nor https"),
        ("/long", "larger than"),
        ("/endless", "larger than"),
        ("/broken", "broke off"),
        ("/", "404"),
    ],
)
def test_what_leads_nowhere_or_is_too_large_is_not_fetched(site: str, path: str, says: str) -> None:
    with pytest.raises(NotFetched, match=says):
        fetch(f"{site}{path}", 1000, allowed=anybody)


def test_the_network_the_diary_stands_in_is_never_asked(site: str) -> None:
    with pytest.raises(NotFetched, match="not a public one"):
        fetch(f"{site}/bild", 1000)


def test_a_host_named_by_hand_is_asked_at_its_port_alone(site: str) -> None:
    here = door(urlsplit(site))
    with answering(302, Location=f"{site}/bild") as other:
        assert ask(f"{site}/bild", 1000, trusted=here).data == b"/bild"
        with pytest.raises(NotFetched, match="not a public one"):
            ask(other, 1000, trusted=here)
        with pytest.raises(NotFetched, match="not a public one"):
            ask(other, 1000, trusted=door(urlsplit(other)))  # it leads on to another port


def test_what_is_had_already_is_not_sent_again() -> None:
    with answering(200, b"ny", ETag='"2"') as url:
        found = ask(url, 1000, '"1"', trusted=door(urlsplit(url)))
        assert (found.data, found.etag) == (b"ny", '"2"')
    with answering(304) as url:
        found = ask(url, 1000, '"2"', trusted=door(urlsplit(url)))
        assert (found.data, found.etag) == (None, '"2"')
        with pytest.raises(NotFetched, match="304"):
            ask(url, 1000, trusted=door(urlsplit(url)))  # nobody has asked for that


def test_what_was_answered_can_be_told() -> None:
    with answering(410) as url, pytest.raises(NotFetched) as error:
        ask(url, 1000, trusted=door(urlsplit(url)))
    assert error.value.status == 410


def test_a_public_host_that_leads_into_the_own_network_is_not_followed(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the first host counts as public, as it would on the real network.
    asked: list[str] = []

    def first_only(ip: str) -> bool:
        asked.append(ip)
        return len(asked) == 1

    with pytest.raises(NotFetched, match="not a public one"):
        fetch(f"{site}/moved", 1000, allowed=first_only)
    assert len(asked) == 2


@pytest.fixture(params=["http", "https"])
def slow(request: pytest.FixtureRequest) -> Iterator[str]:
    """A site that says one letter of its answer, or of its handshake, after another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def trickle() -> None:
            talk, _ = server.accept()
            with talk, suppress(OSError):
                talk.sendall(b"HTTP/1.1 200 OK\r\n" if request.param == "http" else b"\x16")
                while not over.wait(0.01):
                    talk.sendall(b"X" if request.param == "http" else b"\x03")

        thread = threading.Thread(target=trickle)
        thread.start()
        yield f"{request.param}://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def test_one_that_takes_too_long_is_given_up(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    with pytest.raises(NotFetched, match="seconds"):
        fetch(slow, 1000, allowed=anybody)


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "::1",
     "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "224.0.0.1", "ff02::1",
     "64:ff9b::7f00:1", "::7f00:1"],
)  # fmt: skip
def test_private_and_local_addresses_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_others_are_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "address", ["ftp://x.example/a", "file:///etc/passwd", "bild.jpg", "http://", "https://["]
)
def test_no_other_kind_of_address_is_fetched(address: str) -> None:
    with pytest.raises(NotFetched):
        fetch(address, 1000, allowed=anybody)
