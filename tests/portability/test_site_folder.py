"""The rules that a frozen site has for nginx and Apache, tried on both where they are installed."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from diary.portability.site_folder import FORMAT, apache, head, nginx
from tests.cli.test_commands import free_port

OLD = (
    ("/p/2555yk", "/posts/kor"),
    ("/2019/05/gammal/", "/posts/kor"),
    ("/2019/05/kör i hallen", "/posts/kor"),
    ("/a.b(c)+d", "/posts/kor"),
    ("/?p=12", "/posts/kor"),
    ("/index.php?p=1&page_id=3", "/posts/kor"),
)
ASKED = (
    "/p/2555yk", "/p/2555yk/", "/2019/05/gammal", "/2019/05/k%C3%B6r%20i%20hallen/",
    "/a.b%28c%29%2Bd", "/?p=12", "/index.php?p=1&page_id=3",
)  # fmt: skip
NGINX = """
daemon off; pid nginx.pid; error_log stderr; events {{}}
http {{
    types {{ text/html html; }}
    types_hash_max_size 2048;  # as Debian has it
    access_log off;
    client_body_temp_path {root}; proxy_temp_path {root}; fastcgi_temp_path {root};
    uwsgi_temp_path {root}; scgi_temp_path {root};
    include {root}/rules.conf;
    server {{
        listen 127.0.0.1:{port}; root {root}/site; index index.html;
        if ($frozen_site) {{ return 301 $frozen_site; }}
        location ~ \\.atom$ {{ default_type application/atom+xml; }}
    }}
}}
"""
MODULES = ("mpm_event", "authz_core", "dir", "mime", "alias", "rewrite")
APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {root}/apache.pid
ErrorLog /dev/stderr
{modules}
TypesConfig /dev/null
AddType text/html .html
User nobody
Group nogroup
DocumentRoot {root}/site
DirectoryIndex index.html
<Directory {root}/site>
    AllowOverride All
    Require all granted
</Directory>
"""


def program(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"No {name} is installed (Debian: apt-get install {name}).")
    return Path(found)


@pytest.fixture
def root() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)  # started by root, both serve as somebody else
        yield _site_in(Path(made))


def _site_in(folder: Path) -> Path:
    page = folder / "site/posts/kor/index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<title>Kör</title>")
    (folder / "site/index.html").write_text("<title>Hem</title>")
    (folder / "site/feed.atom").write_text("<feed/>")
    return folder


@contextmanager
def serving(port: int, *command: str) -> Iterator[None]:
    server = subprocess.Popen(command)
    try:
        for _ in range(100):
            try:
                ask(port, "/")
                break
            except ConnectionError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def ask(port: int, address: str) -> tuple[int, str, str]:
    """Status, path that it leads to, and media type."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", address, headers={"Host": "dagboken.example"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    onward = answer.headers.get("Location", "").partition("dagboken.example")[2]
    return answer.status, onward[onward.find("/") :], answer.headers.get_content_type()


def all_hold(port: int) -> None:
    for address in ASKED:
        assert ask(port, address)[:2] == (301, "/posts/kor/"), address
    assert ask(port, "/posts/kor/")[0] == 200
    assert ask(port, "/p/2555yk/x")[0] == 404
    assert ask(port, "/") == (200, "", "text/html")
    assert ask(port, "/feed.atom") == (200, "", "application/atom+xml")


def test_nginx_leads_from_old_addresses(root: Path) -> None:
    server, port = program("nginx"), free_port()
    (root / "rules.conf").write_text(nginx(OLD))
    (root / "nginx.conf").write_text(NGINX.format(root=root, port=port))
    with serving(port, str(server), "-p", str(root), "-c", str(root / "nginx.conf")):
        all_hold(port)


def test_apache_leads_from_old_addresses(root: Path) -> None:
    server, port = program("apache2"), free_port()
    folder = server.parent.parent / "lib/apache2/modules"
    modules = (f"LoadModule {name}_module {folder}/mod_{name}.so" for name in MODULES)
    (root / "site/.htaccess").write_text(apache(OLD))
    settings = APACHE.format(root=root, port=port, modules="\n".join(modules))
    (root / "apache.conf").write_text(settings)
    with serving(port, str(server), "-DFOREGROUND", "-f", str(root / "apache.conf")):
        all_hold(port)


@pytest.mark.parametrize("file", ["../other/kept.txt", "/etc/hosts", "a/../../b"])
def test_a_folder_that_lists_what_lies_outside_is_no_site(tmp_path: Path, file: str) -> None:
    said = {"state": "", "home": "", "day": "", "posts": 0, "pictures": 0, "missing": []}
    for files, stands in (["index.html"], True), ([file], False):
        text = json.dumps({**said, "format": FORMAT, "version": 1, "files": files})
        (tmp_path / "frozen.json").write_text(text)
        assert (head(tmp_path) is not None) == stands
