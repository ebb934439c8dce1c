"""Every store keeps these promises; another one is one more name in the fixture `store`."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from diary.media.storage import (
    InvalidKey,
    LocalStorage,
    NotStored,
    Storage,
    StorageFull,
    UnknownStorage,
    content_key,
    open_storage,
)

KEY = "originals/ab/abcd.jpg"
DAY = timedelta(days=1)


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "store")
    return open_storage(request.getfixturevalue("bucket"))


@pytest.fixture
def local(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "store")


def put(store: Storage, key: str, data: bytes = b"data") -> None:
    store.put(key, data, "image/jpeg")


def listed(store: Storage, prefix: str = "") -> list[str]:
    return [stored.key for stored in store.keys(prefix)]


# ---------------------------------------------------------------- every store


def test_what_is_put_can_be_got(store: Storage):
    data = os.urandom(200_000)
    put(store, KEY, data)
    assert store.get(KEY) == data


def test_a_second_put_replaces(store: Storage):
    put(store, KEY, b"first")
    put(store, KEY, b"second")
    assert store.get(KEY) == b"second"
    assert listed(store) == [KEY]


@pytest.mark.parametrize("key", [KEY, "originals", "originals/ab", f"{KEY}/below"])
def test_what_is_not_stored_is_said_to_be_missing(store: Storage, key: str):
    put(store, "originals/ab/other.jpg")
    assert not store.exists(key)
    with pytest.raises(NotStored):
        store.get(key)


def test_delete_removes_and_may_be_repeated(store: Storage):
    put(store, KEY)
    assert store.exists(KEY)
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)


def test_deleting_half_a_key_removes_nothing(store: Storage):
    put(store, KEY)
    store.delete("originals/ab")
    store.delete(f"{KEY}/below")
    assert store.exists(KEY)


def test_listing_is_in_the_order_of_keys_and_by_any_prefix(store: Storage):
    for key in ("b/2/x", "a.b/1", "b/1/x", "a/1", "b/10/x"):
        put(store, key)
    assert listed(store) == ["a.b/1", "a/1", "b/1/x", "b/10/x", "b/2/x"]
    assert listed(store, "b/") == ["b/1/x", "b/10/x", "b/2/x"]
    assert listed(store, "b/1") == ["b/1/x", "b/10/x"]
    assert listed(store, "c/") == []


@pytest.mark.parametrize("token", ["-J_T", "_a-B"])
def test_a_key_may_begin_as_tokens_do(store: Storage, token: str):
    put(store, f"pictures/{token}/480-0123456789ab.webp")
    assert listed(store, f"pictures/{token}/") == [f"pictures/{token}/480-0123456789ab.webp"]


def test_listing_tells_size_and_age(store: Storage):
    put(store, KEY, b"12345")
    (stored,) = store.keys()
    assert stored.size == 5
    assert abs(datetime.now(UTC) - stored.modified) < timedelta(minutes=1)


def test_an_empty_store_lists_nothing(store: Storage):
    assert listed(store) == []
    assert store.sweep(datetime.now(UTC)) == 0


BAD_KEYS = [
    "", "/", "/etc/passwd", "..", "../x", "a/../../x", "a/..", "a/./b", "a//b", "a/", "a\\b",
    "a\0b", "a\nb", "a\n", ".hidden", "a/.hidden", "C:x", "~x", "å.jpg", "a b", "a" * 201,
]  # fmt: skip


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_leads_elsewhere_is_refused(store: Storage, key: str):
    with pytest.raises(InvalidKey):
        put(store, key)
    for ask in (store.get, store.exists, store.delete):
        with pytest.raises(InvalidKey):
            ask(key)


def test_a_listing_cannot_leave_the_store(store: Storage):
    with pytest.raises(InvalidKey):
        listed(store, "../")


# ---------------------------------------------------------------- the local folder


def test_putting_again_makes_the_object_young(local: LocalStorage):
    """Else mending could take an old orphan away from the post that has just begun to use it."""
    put(local, KEY)
    os.utime(local.root / KEY, (0, 0))
    put(local, KEY)
    (stored,) = local.keys()
    assert stored.modified > datetime.now(UTC) - DAY


def test_a_write_that_breaks_off_leaves_nothing(local: LocalStorage):
    put(local, KEY, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            put(local, KEY, bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert local.get(KEY) == b"old"
    assert [path.name for path in (local.root / KEY).parent.iterdir()] == ["abcd.jpg"]


WRITE_FOREVER = """
    import itertools, sys
    from pathlib import Path
    from diary.media.storage import LocalStorage, content_key
    store = LocalStorage(Path(sys.argv[1]))
    for number in itertools.count():
        data = number.to_bytes(4) * 500_000
        store.put(content_key("originals", data, "bin"), data, "application/octet-stream")
        print(flush=True)
"""


def test_a_killed_writer_leaves_only_whole_objects(local: LocalStorage):
    command = [sys.executable, "-c", textwrap.dedent(WRITE_FOREVER), str(local.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        for _ in range(3):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    keys = listed(local)
    assert len(keys) >= 3
    for key in keys:
        assert key == content_key("originals", local.get(key), "bin")


def test_what_a_killed_writer_left_is_hidden_and_swept_when_old(local: LocalStorage):
    put(local, KEY)
    left = (local.root / KEY).with_name(".unfinished-0123")
    left.write_bytes(b"ha")
    assert listed(local) == [KEY]
    assert local.sweep(datetime.now(UTC) - DAY) == 0
    os.utime(left, (0, 0))
    assert local.sweep(datetime.now(UTC) - DAY) == 1
    assert not left.exists()
    assert local.exists(KEY)


FILL_DISK = """
    import sys
    from pathlib import Path
    from diary.media.storage import LocalStorage, StorageFull
    store = LocalStorage(Path(sys.argv[1]) / "store")
    store.put("a/kept", bytes(20_000), "image/jpeg")
    try:
        store.put("a/kept", bytes(200_000), "image/jpeg")
    except StorageFull:
        print([(stored.key, stored.size) for stored in store.keys()])
        print(sorted(path.name for path in (store.root / "a").iterdir()))
"""
TINY_DISK = 'mount -t tmpfs -o size=100k none "$1" && exec "$2" -c "$3" "$1"'


def test_a_full_disk_is_said_as_such_and_loses_nothing(tmp_path: Path):
    """On a real file system of 100 kB, mounted in a name space of its own: nothing stays behind."""
    command = ["unshare", "--user", "--map-root-user", "--mount"]
    trial = [*command, "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(trial, check=False).returncode:
        pytest.skip("this machine lets no user mount a small file system to fill")
    script = textwrap.dedent(FILL_DISK)
    shell = ["sh", "-c", TINY_DISK, "sh", str(tmp_path), sys.executable, script]
    done = subprocess.run([*command, *shell], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["[('a/kept', 20000)]", "['kept']"]


def test_storage_full_is_told_from_other_failures(local: LocalStorage):
    local.root.write_bytes(b"a file where the folder should be")
    with pytest.raises(OSError, match="exists") as caught:
        put(local, KEY)
    assert not isinstance(caught.value, StorageFull)


# ---------------------------------------------------------------- keys and addresses


def test_the_content_names_the_key():
    digest = sha256(b"data").hexdigest()
    assert content_key("originals", b"data", "jpg") == f"originals/{digest[:2]}/{digest}.jpg"


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:uploads", "uploads"),
        ("file:instance/demo/uploads", "instance/demo/uploads"),
        ("file:/srv/my diary", "/srv/my diary"),
        ("file:///srv/diary", "/srv/diary"),
    ],
)
def test_a_file_address_opens_a_folder(url: str, folder: str):
    store = open_storage(url)
    assert isinstance(store, LocalStorage)
    assert store.root == Path(folder)


@pytest.mark.parametrize("url", ["", "uploads", "file:", "file://host/x", "ftp://x/y", "memory:"])
def test_another_address_is_refused_with_what_is_known(url: str):
    with pytest.raises(UnknownStorage, match="known is file:PATH"):
        open_storage(url)
