"""What makes a feed valid, as sentences about what is wrong with one (none: it is valid).

RFC 4287, RFC 5005, RFC 6721, RSS 2.0 with the advisory board's best practices, Media RSS and JSON
Feed 1.1, as far as the W3C's validator looks at them; it cannot be reached without a network. What
the validator only warns of and no writer can mend is left out: a title that looks like markup.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from lxml import etree, html

from tests.feeds import history

NS = {
    **history.NS,
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"https?://[\w.:-]+[\w;/?:@&=+$.!~*'()%,#-]*", re.ASCII)
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FEED = ("a:id", "a:title", "a:updated", "a:author/a:name")
_ENTRY = ("a:id", "a:title", "a:updated", "a:content")
_CHANNEL = ("title", "link", "description", "language", "lastBuildDate")
_ONCE = ("a:generator", "a:icon", "a:logo", "a:rights", "a:subtitle", "a:published", "a:summary")
_ITEM = ("title", "link", "description", "guid", "pubDate")
_EMPTIED = ("title", "description", "guid", "pubDate")
"""Of a post that has gone: an item without a page (RSS 2.0 demands none)."""

_DANGER = {"script", "style", "object", "embed", "applet", "iframe", "meta", "link", "base", "form"}
_BROKEN = re.compile("[\x80-\x9f\ufffd]")
_SCHEMA = Draft202012Validator(
    json.loads(Path(__file__).with_name("jsonfeed.schema.json").read_text("utf-8"))
)


def faults(kind: str, document: bytes) -> list[str]:
    """What is wrong with a document of a kind: `atom`, `rss` or `json`."""
    return {"atom": atom_faults, "rss": rss_faults, "json": json_faults}[kind](document)


def atom_faults(document: bytes) -> list[str]:
    feed = etree.fromstring(document)
    entries = feed.findall("a:entry", NS)
    faults = [*_exactly_one(feed, _FEED), *_links(feed), *_unique(feed, "a:entry/a:id")]
    faults += [*_at_most_one(feed), *history.history_faults(feed), *_encoded(document)]
    if not feed.get(XML_LANG):
        faults.append("a feed without a language")
    if [link.get("rel") for link in feed.findall("a:link", NS)].count("self") != 1:
        faults.append("the feed does not name its own address once")
    for entry in entries:
        faults += [*_exactly_one(entry, _ENTRY), *_links(entry), *_media(entry)]
        faults += [*_at_most_one(entry), *_categories(entry)]
        faults += _html(entry.findtext("a:content", "", NS))
        faults += [] if entry.get(XML_LANG) else ["an entry without a language"]
    for moment in feed.iterfind(".//a:updated", NS):
        faults += _moment(moment.text)
    for moment in feed.iterfind(".//a:published", NS):
        faults += _moment(moment.text)
    return faults + _blank(feed)


def rss_faults(document: bytes) -> list[str]:
    root = etree.fromstring(document)
    channel = root.find("channel")
    faults = [*_exactly_one(channel, _CHANNEL), *_unique(channel, "item/guid")]
    faults += [*history.history_faults(channel), *_encoded(document)]
    if root.get("version") != "2.0":
        faults.append(f"version {root.get('version')}")
    if channel.findall("dc:language", NS):
        faults.append("the channel's language is said twice")
    if (language := channel.findtext("language")) and not _LANGUAGE.fullmatch(language):
        faults.append(f"language {language}")
    own = channel.findall("a:link[@rel='self']", NS)
    faults += [] if len(own) == 1 else ["the channel does not name its own address once"]
    for link in channel.findall("a:link", NS):
        faults += _address(link.get("href"))
        faults += [] if link.get("rel") else ["a link that does not say where to"]
    faults += _address(channel.findtext("link")) + _rfc822(channel.findtext("lastBuildDate"))
    for item in channel.findall("item"):
        parts = _EMPTIED if item.find("link") is None else _ITEM
        faults += [*_exactly_one(item, parts), *_item(item), *_media(item)]
    return faults + _blank(root)


def json_faults(document: bytes) -> list[str]:
    feed = json.loads(document.decode())
    faults = [f"{e.json_path}: {e.message[:200]}" for e in _SCHEMA.iter_errors(feed)]
    if faults:
        return faults
    faults = [*_encoded(document)]
    if feed.get("next_url") is not None and feed["next_url"] == feed.get("feed_url"):
        faults.append("next_url leads back to the feed itself")
    for key in ("home_page_url", "feed_url", "icon", "next_url"):
        faults += _address(feed[key]) if key in feed else []
    ids = Counter(item["id"] for item in feed["items"])
    faults += [f"{key} twice" for key, times in ids.items() if times > 1]
    for item in feed["items"]:
        faults += _json_item(item)
    return faults


def _item(item: Any) -> Iterator[str]:
    yield from [] if item.find("link") is None else _address(item.findtext("link"))
    yield from _rfc822(item.findtext("pubDate"))
    yield from _html(item.findtext("content:encoded", item.findtext("description"), NS))
    guid = item.find("guid")
    if guid.get("isPermaLink") != "false" or not _URN.fullmatch(guid.text):
        yield f"guid {guid.text}"
    for modified in item.findall("dcterms:modified", NS):
        yield from _moment(modified.text)
    if len(item.findall("dcterms:modified", NS)) > 1:
        yield "changed twice"
    yield from (_address(c.get("domain"))[0] for c in item.findall("category") if _nowhere(c))
    if item.findall("author"):
        yield "an author without an e-mail address belongs into dc:creator"
    if len(enclosures := item.findall("enclosure")) > 1:
        yield "more than one enclosure"
    for enclosure in enclosures:
        yield from _file(enclosure.get("url"), enclosure.get("type"), enclosure.get("length"))
    for language in item.findall("dc:language", NS):
        if not _LANGUAGE.fullmatch(language.text):
            yield f"language {language.text}"
    children = [child.tag for child in item]
    encoded = f"{{{NS['content']}}}encoded"
    if encoded in children and children.index(encoded) < children.index("description"):
        yield "content before description"


def _links(node: Any) -> Iterator[str]:
    kinds: Counter[tuple[str, ...]] = Counter()
    for link in node.findall("a:link", NS):
        rel, media_type = link.get("rel", "alternate"), link.get("type")
        yield from _address(link.get("href"))
        if rel == "enclosure":
            yield from _file(link.get("href"), media_type, link.get("length"))
        else:
            kinds[rel, media_type, link.get("hreflang")] += 1
        if link.get("title") is not None and not link.get("title").strip():
            yield "a link with a blank title"
    yield from (f"link {kind} twice" for kind, times in kinds.items() if times > 1)
    if not any(rel == "alternate" for rel, *_ in kinds):
        yield "no page for reading"


def _media(node: Any) -> Iterator[str]:
    for group in node.iterfind("media:group", NS):
        if len(group.findall("media:content", NS)) < 2:
            yield "a group of one"
    for medium in node.iterfind(".//media:content", NS):
        yield from _file(medium.get("url"), medium.get("type"), medium.get("fileSize"))
        if not all(medium.get(side, "").isdigit() for side in ("width", "height")):
            yield "a picture without a size"
        if medium.get("medium") != "image":
            yield f"medium {medium.get('medium')}"

    for part in node.iterfind(".//media:content/*", NS):
        if part.get("type", "plain") not in {"plain", "html"}:
            yield f"media text of type {part.get('type')}"


def _categories(entry: Any) -> Iterator[str]:
    for category in entry.findall("a:category", NS):
        yield from _address(category.get("scheme"))
        if not (category.get("term") or "").strip() or category.get("label") == "":
            yield "a category without a word"


def _nowhere(category: Any) -> bool:
    return bool(_address(category.get("domain")))


def _at_most_one(node: Any) -> Iterator[str]:
    for path in _ONCE:
        if len(node.findall(path, NS)) > 1:
            yield f"{path} more than once"


def _encoded(document: bytes) -> Iterator[str]:
    """Signs of a broken encoding, which are allowed but never meant."""
    if _BROKEN.search(document.decode()):
        yield "a character that tells of a broken encoding"


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item["id"], str) or not _URN.fullmatch(item["id"]):
        yield f"id {item['id']}"
    if "content_html" not in item and "content_text" not in item:
        yield "no content"
    yield from _html(item.get("content_html", ""))
    for key in ("date_published", "date_modified"):
        yield from _moment(item[key]) if key in item else []
    for key in ("url", "image"):
        yield from _address(item[key]) if key in item else []
    for attachment in item.get("attachments", []):
        size = attachment["size_in_bytes"]
        yield from _file(attachment["url"], attachment["mime_type"], str(size))
        yield from [] if isinstance(size, int) else ["a size that is no number"]
    for author in item.get("authors", []):
        yield from [] if author.keys() & {"name", "url", "avatar"} else ["an empty author"]
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", [])):
        yield "a blank tag"


def _exactly_one(node: Any, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        found = node.findall(path, NS)
        if len(found) != 1 or not (found[0].text or "").strip():
            yield f"{node.tag}: {path} {len(found)} times, or empty"


def _unique(node: Any, path: str) -> Iterator[str]:
    times = Counter(found.text for found in node.findall(path, NS))
    yield from (f"{text} twice" for text, count in times.items() if count > 1)
    yield from (f"{text} is no uuid" for text in times if not _URN.fullmatch(text))


def _blank(root: Any) -> list[str]:
    """Elements that say nothing; some speak by their attributes."""
    speaking = {"link", "category", "enclosure", "archive", "complete", "deleted-entry"}
    return [
        f"{node.tag} is blank"
        for node in root.iter()
        if not (node.text or "").strip() and not len(node)
        if etree.QName(node).localname not in speaking
        if not (node.tag == f"{{{NS['media']}}}content" and node.attrib)
    ]


def _address(text: Any) -> list[str]:
    fine = isinstance(text, str) and _ADDRESS.fullmatch(text) and urlsplit(text).hostname
    return [] if fine else [f"{text!r} is no absolute address"]


def _file(address: Any, media_type: Any, length: Any) -> list[str]:
    fine = _MIME.fullmatch(media_type or "") and (length or "").isdigit() and int(length) > 0
    return _address(address) + ([] if fine else [f"{media_type!r} of {length!r} bytes"])


def _moment(text: Any) -> list[str]:
    fine = _RFC3339.fullmatch(text or "") and datetime.fromisoformat(text).tzinfo
    return [] if fine else [f"{text!r} is no time of RFC 3339"]


def _rfc822(text: Any) -> list[str]:
    try:
        moment = parsedate_to_datetime(text or "")
        fine = moment.tzinfo and text.startswith(moment.strftime("%a, %d %b %Y %H:%M"))
    except ValueError:
        fine = False
    return [] if fine else [f"{text!r} is no time of RFC 822"]


def _html(text: str) -> list[str]:
    """What readers would drop, or could not follow."""
    tree = html.fragment_fromstring(text, create_parent=True)
    relative = [
        f"{address} in the text is relative"
        for _, _, address, _ in tree.iterlinks()
        if not re.match(r"\w+:", address)
    ]
    nodes = [node for node in tree.iter() if isinstance(node.tag, str)]
    danger = [f"<{node.tag}> in the text" for node in nodes if node.tag in _DANGER]
    scripts = [f"{name}= in the text" for node in nodes for name in node.attrib if name[:2] == "on"]
    silent = ["a picture without alt" for node in tree.iter("img") if "alt" not in node.attrib]
    return [*relative, *danger, *scripts, *silent]
