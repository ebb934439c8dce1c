"""OPML 2.0 (opml.org/spec2.opml): a list of feeds that an app takes over at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from diary.feeds.entries import Fit, fit


@dataclass(frozen=True, slots=True)
class Followed(Fit):
    """What can be followed: its name, the address of its page, and its feeds' without a format."""

    name: str
    home_url: str
    feed_url: str


def opml(title: str, groups: Iterable[tuple[str, list[Followed]]], changed: datetime) -> bytes:
    """A subscription list in UTF-8: a group per name; those without one stand by themselves.

    It names the RSS feeds: in these, deletions reach readers that know no tombstones as well.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = fit(title)
    etree.SubElement(head, "dateModified").text = format_datetime(changed)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for name, feeds in groups:
        group = etree.SubElement(body, "outline", text=fit(name)) if name else body
        group.extend(_outline(one) for one in feeds)
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def _outline(one: Followed) -> etree._Element:
    return etree.Element(
        "outline",
        type="rss",
        version="RSS2",
        text=one.name or one.home_url,
        title=one.name or one.home_url,
        xmlUrl=f"{one.feed_url}.rss",
        htmlUrl=one.home_url,
    )
