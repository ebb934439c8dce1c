"""Web archives for replay: what a site answered (WARC 1.1, ISO 28500), its index and a list of its
pages in one zip (WACZ 1.1.1)."""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from diary.addresses import uid_of, urn

WARC = "diary.warc.gz"
ARCHIVE, INDEX, PAGES = f"archive/{WARC}", "indexes/index.cdx", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
PAGES_HEAD = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
_REFIGURED = {"content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Record:
    """What was answered at an address; a page has a title."""

    url: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    title: str = ""

    @property
    def media_type(self) -> str:
        """Without parameters."""
        found = (value for name, value in self.headers if name.lower() == "content-type")
        return next(found, "").partition(";")[0].strip()


class Writer:
    """A WACZ in the making: records go into the zip as they come, one is held at a time."""

    def __init__(self, file: IO[bytes], about: Mapping[str, Any], made: datetime) -> None:
        """`about` goes into datapackage.json; `made` is the moment that all is said to be of."""
        self._zip, self._about, self._made = zipfile.ZipFile(file, "w"), about, made
        self._resources: list[dict[str, Any]] = []
        self._index: list[str] = []
        self._pages = [json.dumps(PAGES_HEAD)]
        self._entry = self._zip.open(self._info(ARCHIVE, zipfile.ZIP_STORED), "w", force_zip64=True)
        self._out = _Measured(self._entry)
        self._warc = WARCWriter(self._out, gzip=True, warc_version="1.1")
        self._begin()

    def _begin(self) -> None:
        said = {
            "software": self._about["software"],
            "format": "WARC File Format 1.1",
            "description": self._about["title"],
        }
        record = self._warc.create_warcinfo_record(WARC, said)
        record.rec_headers.replace_header("WARC-Date", rfc3339(self._made))
        record.rec_headers.replace_header("WARC-Record-ID", self._id("warcinfo"))
        self._warc.write_record(record)

    def put(self, one: Record) -> None:
        """Add a record."""
        kept = [header for header in one.headers if header[0].lower() not in _REFIGURED]
        head = StatusAndHeaders(
            one.status, [*kept, ("Content-Length", str(len(one.body)))], protocol="HTTP/1.1"
        )
        record = self._warc.create_warc_record(
            one.url,
            "response",
            BytesIO(one.body),
            len(one.body),
            http_headers=head,
            warc_headers_dict={
                "WARC-Date": rfc3339(self._made),
                "WARC-Record-ID": self._id(one.url),
            },
        )
        offset = self._out.bytes
        self._warc.write_record(record)
        line = {
            "url": one.url,
            "mime": one.media_type,
            "status": one.status.partition(" ")[0],
            "digest": record.rec_headers.get_header("WARC-Payload-Digest"),
            "length": str(self._out.bytes - offset),
            "offset": str(offset),
            "filename": WARC,
        }
        self._index.append(f"{key(one.url)} {self._made.astimezone(UTC):%Y%m%d%H%M%S} {_js(line)}")
        if one.title:
            page = {"id": str(uid_of(one.url)), "url": one.url, "ts": rfc3339(self._made)}
            self._pages.append(_js({**page, "title": one.title}))

    def close(self) -> None:
        """Write what lists the records; without it, it is no WACZ."""
        self._entry.close()
        self._note(ARCHIVE, self._out.bytes, self._out.sha256.hexdigest())
        self._put(INDEX, _lines(sorted(self._index)))
        self._put(PAGES, _lines(self._pages))
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "created": rfc3339(self._made),
            **self._about,
            "resources": self._resources,
        }
        data = json.dumps(package, ensure_ascii=False, indent=2).encode()
        self._put(PACKAGE, data)
        digest = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._put(DIGEST, _js(digest).encode())
        self._zip.close()

    def _put(self, path: str, data: bytes) -> None:
        self._zip.writestr(self._info(path, zipfile.ZIP_DEFLATED), data)
        self._note(path, len(data), hashlib.sha256(data).hexdigest())

    def _note(self, path: str, size: int, sha256: str) -> None:
        name = path.rpartition("/")[2]
        self._resources.append(
            {"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size}
        )

    def _info(self, path: str, packed: int) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(path, self._made.timetuple()[:6])
        entry.external_attr, entry.compress_type = 0o644 << 16, packed
        return entry

    def _id(self, name: str) -> str:
        return f"<{urn(uid_of(f'{rfc3339(self._made)} {name}'))}>"


class _Measured:
    """A file that says how much was written, and its checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.bytes, self.sha256 = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.sha256.update(data)
        self.bytes += len(data)

    def flush(self) -> None:
        self._file.flush()


class Reader:
    """A WACZ as `Writer` makes it. Raises BadZipFile, KeyError or ValueError for another one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            package = json.loads(archive.read(PACKAGE))
            pages = archive.read(PAGES).decode().splitlines()[1:]
        self.made = datetime.fromisoformat(package.pop("created"))
        left_out = {"profile", "wacz_version", "resources"}
        self.about = {name: said for name, said in package.items() if name not in left_out}
        self._titles = {page["url"]: page["title"] for page in map(json.loads, pages)}

    def records(self) -> Iterator[Record]:
        """All that was answered, in order."""
        with self._open() as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    head = record.http_headers
                    body = record.content_stream().read()
                    title = self._titles.get(url, "")
                    yield Record(url, head.statusline, tuple(head.headers), body, title)

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        with zipfile.ZipFile(self._path) as archive, archive.open(ARCHIVE) as stream:
            yield stream


def key(url: str) -> str:
    """What an index is sorted by (SURT): the host from its end on, then the rest in lower case.

    As the Internet Archive's `surt` has it, for addresses such as a diary's.
    """
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = "&".join(sorted(_plain(parts.query).split("&")))
    return f"{host}{port}){_plain(parts.path).rstrip('/') or '/'}" + (query and f"?{query}")


def _plain(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="/!$&'()*+,;=:@~?[]|^{}\"").lower()


def _js(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
