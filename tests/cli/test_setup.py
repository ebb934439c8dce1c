"""`diary setup`: what it asks, what it writes, whom it writes to, and what it leaves alone."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dotenv import dotenv_values

from diary.app import create_app
from diary.cli import main
from diary.config import load
from tests.conftest import browser_of
from tests.mailbox import Mailbox, mailbox

ADDRESS = "https://dagbok.example.org"
SERVER_FILES = {
    "answers.json", "diary.service", "diary-backup.service", "diary-backup.timer", "install.sh",
    "nginx.conf",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that it runs in, on a machine where nothing is set."""
    for name in ("DIARY_INSTANCE", "DIARY_DATABASE_URL", "DIARY_MAIL_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


def setup(*options: str, typed: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(main, ["setup", *options], input="\n".join([*typed, ""]))


def unattended(*options: str) -> Result:
    return setup("--yes", "--address", ADDRESS, "--proxy", "nginx", "--user", "diary", *options)


def env(folder: Path) -> dict[str, str | None]:
    return dotenv_values(folder / ".env")


def join_link(result: Result) -> str:
    found = re.search(rf"{ADDRESS}(/join/[2-9A-Z]{{10}})\n", result.output)
    assert found, result.output
    return found[1]


def written(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_asks_eight_questions_and_a_letter_really_comes(folder: Path, box: Mailbox) -> None:
    typed = (
        "dagbok.example.org", box.url, "Dagboken <dagbok@example.org>", "it@example.org",
        "nginx", "diary", "/var/backups/diary", "20080",
    )  # fmt: skip
    result = setup(typed=typed)
    assert result.exit_code == 0, result.output
    assert len(re.findall(r"\]: ", result.output)) == 8
    assert env(folder) == {
        "DIARY_BASE_URL": ADDRESS,
        "DIARY_INSTANCE": str(folder / "instance"),
        "DIARY_PROXIES": "1",
        "DIARY_MAIL_URL": box.url,
        "DIARY_MAIL_FROM": "Dagboken <dagbok@example.org>",
        "PORT": "20080",
    }
    (mail,) = box.mails
    assert (mail["To"], mail["From"]) == ("it@example.org", "Dagboken <dagbok@example.org>")
    assert ADDRESS in mail.get_content()
    assert "sent to it@example.org" in result.output


def test_only_the_owner_reads_what_is_secret(folder: Path) -> None:
    unattended()
    assert {path.name for path in (folder / "server").iterdir()} == SERVER_FILES
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (folder / "server/answers.json").stat().st_mode & 0o777 == 0o600
    assert (folder / "instance").stat().st_mode & 0o777 == 0o700


def test_the_first_lead_s_link_opens_the_diary(folder: Path) -> None:
    link = join_link(unattended())
    visitor = browser_of(create_app(load({}, root=folder)))
    assert visitor.get(link, base_url=ADDRESS).status_code == 200
    assert visitor.get(link[:-1] + "_", base_url=ADDRESS).status_code == 404


def test_what_is_written_fits_together(folder: Path) -> None:
    unattended("--port", "20080", "--backup", "/var/backups/diary")
    unit = (folder / "server/diary.service").read_text()
    assert f"ExecStart={folder}/.venv/bin/diary serve\n" in unit
    for line in ("User=diary", "KillMode=mixed", "ProtectSystem=strict", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in unit
    assert f"\nReadWritePaths={folder}/instance\nReadWritePaths=/var/backups/diary\n" in unit
    saving = (folder / "server/diary-backup.service").read_text()
    assert "/.venv/bin/diary backup /var/backups/diary --keep 30\n" in saving
    site = (folder / "server/nginx.conf").read_text()
    assert "proxy_pass http://127.0.0.1:20080;" in site
    assert "client_max_body_size 500m;" in site
    assert site.count("access_log off;") == site.count("server {") == 2
    script = (folder / "server/install.sh").read_text()
    assert "install -d -o diary -m 700 /var/backups/diary\n" in script
    subprocess.run(["sh", "-n", folder / "server/install.sh"], check=True)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_units(folder: Path) -> None:
    unattended("--user", "daemon")
    program = folder / ".venv/bin/diary"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = [folder / "server" / name for name in SERVER_FILES if name.startswith("diary")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, [line for line in done.stderr.splitlines() if "diary" in line]) == (
        0, [],
    )  # fmt: skip


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not here")
def test_nginx_takes_the_site(folder: Path) -> None:
    unattended()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=dagbok",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (folder / "server/nginx.conf").read_text()
    site = re.sub(r"/etc/letsencrypt\S+/fullchain.pem", str(folder / "cert.pem"), site)
    site = re.sub(r"/etc/letsencrypt\S+/privkey.pem", str(folder / "key.pem"), site)
    site = site.replace("/var/log/nginx", str(folder))
    whole = folder / "whole.conf"
    whole.write_text(f"pid {folder}/pid;\nevents {{}}\nhttp {{\n{site}\n}}\n")
    done = subprocess.run(["nginx", "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert "syntax is ok" in done.stderr, done.stderr
    assert "[emerg]" not in done.stderr.replace("bind() to", "")


def test_another_site_s_caddy_is_left_alone(folder: Path) -> None:
    unattended("--proxy", "caddy")
    script = (folder / "server/install.sh").read_text()
    guard, copy = script.index("dpkg --verify caddy"), script.index("server/Caddyfile /etc")
    assert guard < copy
    subprocess.run(["sh", "-n", folder / "server/install.sh"], check=True)
    first = (folder / "server/Caddyfile").read_text().splitlines()[0]
    assert "as /etc/caddy/Caddyfile" in first


def test_a_dry_run_shows_all_and_writes_nothing(folder: Path) -> None:
    result = unattended("--dry-run", "--mail", "smtp://me:geheim@mail.example.org")
    assert result.exit_code == 0, result.output
    for name in (".env", "diary.service", "diary-backup.timer", "nginx.conf", "install.sh"):
        assert f"{name}\n" in result.output
    assert "geheim" not in result.output
    assert [*folder.iterdir()] == []


def test_a_dry_run_shows_ports_and_no_secret_of_env(folder: Path) -> None:
    (folder / ".env").write_text(
        "DIARY_SECRET_KEY=tyst\nDIARY_STORAGE_SECRET = 'tyst'\n"
        "DIARY_DATABASE_URL=postgresql://diary:ty@st@db.example.org/diary\n"
    )
    shown = unattended("--dry-run", "--mail", "smtp://me:ge@heim@mail.example.org:2525").output
    assert "smtp://me:(secret)@mail.example.org:2525'" in shown
    assert "postgresql://diary:(secret)@db.example.org/diary" in shown
    assert not any(word in shown for word in ("tyst", "heim", "st@"))
    elsewhere = setup("--yes", "--dry-run", "--address", "https://dagbok.example.org:8443")
    assert "DIARY_BASE_URL='https://dagbok.example.org:8443'\n" in elsewhere.output


@pytest.mark.parametrize(
    ("option", "wrong", "words"),
    [
        ("address", "http://dagbok.example.org", "https://"),
        ("address", "https://dagbok.example.org/path", "such as https://dagbok.example.org"),
        ("address", "https://a b", "such as https://dagbok.example.org"),
        ("mail", "smtp://mail.example.org?tls=no", "smtp://user:password@"),
        ("sender", "Dagboken", "one e-mail address"),
        ("letter", "lea, it", "one e-mail address"),
        ("proxy", "apache", "caddy, nginx"),
        ("user", "root", "other than root"),
        ("user", "x; rm -rf /", "other than root"),
        ("backup", "backups", "from / on"),
        ("backup", "/a b", "without spaces"),
        ("port", "80", "1024"),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(
    folder: Path, option: str, wrong: str, words: str
) -> None:
    mail = () if option == "mail" else ("--mail", "smtp://127.0.0.1:1")
    result = unattended(*mail, f"--{option}", wrong)
    assert result.exit_code == 2
    assert f"Invalid value for --{option}: " in result.output
    assert words in result.output
    assert [*folder.iterdir()] == []


def test_a_wrong_answer_is_asked_for_again(folder: Path) -> None:
    result = setup(typed=("no address", ADDRESS, "", "nginx", "", "", "x", "20080"))
    assert result.exit_code == 0, result.output
    assert result.output.count("The diary's public address") == 2
    assert "Error: Write a number from 1024 to 65535, such as 8000." in result.output
    assert env(folder)["PORT"] == "20080"
    assert "DIARY_MAIL_URL" not in env(folder)


@pytest.mark.parametrize(
    "setting",
    ["DIARY_INSTANCE=/srv/a /b", "DIARY_STORAGE_URL=file:/srv/a;b", "DIARY_INSTANCE=a&b"],
)
def test_no_folder_is_read_as_something_else_by_a_shell(folder: Path, setting: str) -> None:
    (folder / ".env").write_text(setting + "\n")
    result = unattended()
    assert result.exit_code == 2
    assert "spaces or signs" in result.output
    assert [*folder.iterdir()] == [folder / ".env"]


def test_pictures_are_no_place_for_backups(folder: Path) -> None:
    result = unattended("--backup", str(folder / "instance/uploads/backups"))
    assert result.exit_code == 2
    assert "not among the diary's pictures" in result.output


def test_twice_is_as_once_and_keeps_what_was_answered(folder: Path) -> None:
    unattended("--port", "20080", "--backup", "/var/backups/diary")
    before = written(folder / "server") | {"env": (folder / ".env").read_bytes()}
    again = setup(typed=("",) * 8)
    assert again.exit_code == 0, again.output
    assert "Overwrite" not in again.output
    assert written(folder / "server") | {"env": (folder / ".env").read_bytes()} == before


def test_another_answer_changes_what_it_has_written_itself(folder: Path) -> None:
    unattended()
    setup("--yes", "--port", "20081")
    assert "127.0.0.1:20081" in (folder / "server/nginx.conf").read_text()
    assert env(folder)["DIARY_BASE_URL"] == ADDRESS


def test_other_lines_of_env_stay(folder: Path) -> None:
    (folder / ".env").write_text(
        "# ours\nDIARY_TIMEZONE=Europe/Oslo\nexport PORT=9000\nDIARY_PROXIES=2\nOTHER='a b'\n"
    )
    result = unattended("--port", "20080")
    assert result.exit_code == 0, result.output
    words = (folder / ".env").read_text()
    assert words.startswith("# ours\nDIARY_TIMEZONE=Europe/Oslo\nPORT='20080'\n")
    assert "\nOTHER='a b'\n" in words
    assert env(folder)["DIARY_PROXIES"] == "2"


def test_a_password_comes_back_as_it_was_typed(folder: Path, box: Mailbox) -> None:
    url = f"smtp://me:a%27b\\${{HOME}}'@127.0.0.1:{box.port}?tls=none"
    unattended("--mail", url, "--letter", "none")
    server = load({}, root=folder).mail
    assert server is not None
    assert server.password == "a'b\\${HOME}'"
    assert box.mails == []


@pytest.mark.parametrize("answer", ["n", "y"])
def test_a_file_that_somebody_has_changed_is_asked_about(folder: Path, answer: str) -> None:
    unattended()
    unit = folder / "server/diary.service"
    unit.write_text("ours\n")
    result = setup("--port", "20080", typed=("",) * 5 + (answer,))
    assert "diary.service was changed by somebody. Overwrite it?" in result.output
    assert (unit.read_text() == "ours\n") == (answer == "n")
    assert unit.with_name("diary.service.new").exists() == (answer == "n")


def test_a_script_overwrites_nobody_s_file(folder: Path) -> None:
    (folder / "server").mkdir()
    (folder / "server/nginx.conf").write_text("ours\n")
    result = unattended()
    assert result.exit_code == 0, result.output
    assert "nginx.conf.new" in result.output
    assert (folder / "server/nginx.conf").read_text() == "ours\n"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_diary_that_is_there_stays_where_it_is(folder: Path, elsewhere: bool) -> None:
    made = CliRunner().invoke(main, ["upgrade"])
    assert made.exit_code == 0, made.output
    before = load({}, root=folder)
    if elsewhere:  # as if its database were a server's
        (folder / "instance/diary.db").unlink()
    unattended()
    after = load({}, root=folder)
    assert (after.storage_url, after.database_url) == (before.storage_url, before.database_url)
    assert f"ReadWritePaths={folder}/uploads\n" in (folder / "server/diary.service").read_text()


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        ("away", "No mail server answers on that port (127.0.0.1, port 1:"),
        ("refuses", "The mail server refuses to send to that address"),
        ("plain", "The mail server does not encrypt as it was asked to"),
    ],
)
def test_a_letter_that_fails_is_told_and_all_else_done(
    folder: Path, box: Mailbox, failing: str, words: str
) -> None:
    url = {"away": "smtp://127.0.0.1:1?tls=none", "plain": f"smtp://127.0.0.1:{box.port}"}
    box.to_recipients.append("550 5.1.1 unknown")
    result = unattended("--mail", url.get(failing, box.url), "--letter", "it@example.org")
    assert result.exit_code == 0
    assert words in result.output
    assert "run `diary setup` again" in result.output
    assert join_link(result)
    assert box.mails == []
