"""Settings: read, checked, and a secret that is made once."""

import stat
from pathlib import Path

import pytest

from diary.config import SettingsError, load


def test_a_bare_environment_is_enough(tmp_path: Path) -> None:
    settings = load({}, root=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/diary.db"
    assert settings.storage_url == f"file:{tmp_path}/uploads"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert not settings.https


def test_the_demonstration_lives_in_its_own_folder(tmp_path: Path) -> None:
    settings = load({}, demo=True, root=tmp_path)
    assert settings.instance == tmp_path / "instance/demo"
    assert settings.storage_url == f"file:{tmp_path}/instance/demo/uploads"


def test_the_demonstration_is_never_built_into_a_real_diary(tmp_path: Path) -> None:
    real = {
        "DIARY_INSTANCE": str(tmp_path / "real"),
        "DIARY_DATABASE_URL": "postgresql://real",
        "DIARY_STORAGE_URL": "file:/real",
        "DIARY_SECRET_KEY": "real",
    }
    (tmp_path / ".env").write_text("DIARY_INSTANCE=real\n")
    assert load(real, demo=True, root=tmp_path) == load({}, demo=True, root=tmp_path)
    assert load(real, demo=True, root=tmp_path).instance == tmp_path / "instance/demo"
    assert not (tmp_path / "real").exists()


def test_a_diary_with_a_given_key_has_its_folder_too(tmp_path: Path) -> None:
    instance = load({"DIARY_SECRET_KEY": "given"}, root=tmp_path).instance
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700


def test_an_instance_of_ones_own_keeps_its_pictures(tmp_path: Path) -> None:
    settings = load({"DIARY_INSTANCE": str(tmp_path / "elsewhere")}, root=tmp_path)
    assert settings.storage_url == f"file:{tmp_path}/elsewhere/uploads"


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = load({}, root=tmp_path).secret_key
    assert len(first) > 40
    assert load({}, root=tmp_path).secret_key == first
    mode = (tmp_path / "instance/secret_key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert load({}, root=tmp_path / "another").secret_key != first


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nDIARY_TIMEZONE=Europe/Helsinki\n")
    settings = load({"PORT": "9001"}, root=tmp_path)
    assert (settings.port, settings.timezone) == (9001, "Europe/Helsinki")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("DIARY_PROXIES", "-1"),
        ("DIARY_BASE_URL", "dagbok.example.org"),
        ("DIARY_BASE_URL", "https://example.org/dagbok"),
        ("DIARY_BASE_URL", "ftp://example.org"),
        ("DIARY_TIMEZONE", "Europe/Boden"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load({name: value}, root=tmp_path)


FROM = {"DIARY_MAIL_FROM": "Dagboken <dagbok@example.org>"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, "starttls", "", "")),
        ("smtp://mail.example.org?tls=ssl", ("mail.example.org", 465, "ssl", "", "")),
        ("smtp://localhost/?tls=none", ("localhost", 25, "none", "", "")),
        (
            "smtp://dagbok%40example.org:p%40ss%3Aw@mail.example.org:2525?tls=starttls",
            ("mail.example.org", 2525, "starttls", "dagbok@example.org", "p@ss:w"),
        ),
    ],
)
def test_a_mail_server_is_read(tmp_path: Path, url: str, server: tuple[object, ...]) -> None:
    mail = load({"DIARY_MAIL_URL": url, **FROM}, root=tmp_path).mail
    assert mail is not None
    assert (mail.host, mail.port, mail.tls, mail.user, mail.password) == server
    assert mail.sender == FROM["DIARY_MAIL_FROM"]
    assert "p@ss" not in repr(mail)


def test_without_a_mail_server_and_in_the_demonstration_there_is_no_mail(tmp_path: Path) -> None:
    given = {"DIARY_MAIL_URL": "smtp://mail.example.org", **FROM}
    assert load(FROM, root=tmp_path).mail is None
    assert load(given, demo=True, root=tmp_path).mail is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user:secret@:587",
        "smtp://user:secret@mail.example.org:smtp",
        "smtp://user:secret@mail.example.org:70000",
        "smtp://user:secret@mail.example.org/path",
        "smtp://user:secret@mail.example.org?tls=maybe",
        "smtp://user:secret@mail.example.org?tsl=none",
        "smtp://user:secret@mail.example.org?none",
        "smtp://user:secret@[mail",
    ],
)
def test_a_wrong_mail_server_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DIARY_MAIL_URL") as caught:
        load({"DIARY_MAIL_URL": url, **FROM}, root=tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("sender", ["", "Dagboken", "dagbok@", "a@b.se, c@d.se", "<dagbok@x.se"])
def test_mail_comes_from_one_address(tmp_path: Path, sender: str) -> None:
    given = {"DIARY_MAIL_URL": "smtp://mail.example.org", "DIARY_MAIL_FROM": sender}
    with pytest.raises(SettingsError, match="DIARY_MAIL_FROM"):
        load(given, root=tmp_path)


HUB = {"DIARY_HUB_URL": "https://hub.example.org/", "DIARY_BASE_URL": "https://d.example.org"}


def test_a_hub_is_told_but_never_of_the_demonstration(tmp_path: Path) -> None:
    assert load(HUB, root=tmp_path).hub_url == "https://hub.example.org/"
    assert load({}, root=tmp_path).hub_url is None
    assert load(HUB, demo=True, root=tmp_path).hub_url is None


@pytest.mark.parametrize(
    "url",
    ["hub.example.org", "ftp://hub.example.org", "https://", "https://[hub", "https://hub:x/",
     "https://hub.example.org/a b", 'https://hub.example.org/">', "https://hub.example.org/\n",
     "https://hübe.example.org/"],
)  # fmt: skip
def test_a_wrong_hub_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DIARY_HUB_URL"):
        load({**HUB, "DIARY_HUB_URL": url}, root=tmp_path)


def test_a_hub_needs_the_diarys_address(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DIARY_BASE_URL"):
        load({"DIARY_HUB_URL": "https://hub.example.org/"}, root=tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="DIARY_INSTANCE"):
        load({"DIARY_INSTANCE": str(tmp_path / "file/instance")}, root=tmp_path)
