"""What machines read in a page's head: schema.org as JSON-LD, and Open Graph's locales."""

from typing import Any

from babel.core import get_global
from flask import Blueprint, url_for

from diary.addresses import urn
from diary.models import Kind, Precision
from diary.queries.rows import BylineView, LabRef, PictureView, PostCard
from diary.web.previews import preview_of
from diary.web.rendering import absolute, picture_address
from diary.web.words import named

blueprint = Blueprint("linked_data", __name__)

Data = dict[str, Any]
_DAYS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}


@blueprint.app_template_global()
def locale_of(lang: str) -> str:
    """A language as Open Graph wants it, with the country that most of its readers live in."""
    likely = str(get_global("likely_subtags").get(lang, lang)).split("_")
    return f"{lang}_{likely[-1]}" if len(likely) > 1 else lang


@blueprint.app_template_global()
def posting(diary: Any, post: PostCard) -> Data:
    """A post as schema.org's BlogPosting; `diary` is a `SiteView`."""
    address = _post_address(post.slug)
    return _said(
        {
            "@context": "https://schema.org",
            "@type": "BlogPosting",
            "@id": urn(post.uid),
            "url": address,
            "mainEntityOfPage": address,
            "headline": post.heading,
            "description": post.gist or post.opening,
            "inLanguage": post.lang,
            "datePublished": _time(post.published_at),
            "dateModified": _time(post.updated_at or post.published_at),
            "temporalCoverage": _day(post),
            "author": [_author(one) for one in post.bylines],
            "image": [_image(diary, one) for one in post.pictures],
            "thumbnailUrl": preview_of(diary, post).address,
            "articleSection": post.lab.name if post.lab else "",
            "locationCreated": _place(post.lab) if post.lab else None,
            "about": _place(post.lab) if post.lab else None,
            "keywords": [way.name for way in post.methods],
            "correction": [
                {"@type": "CorrectionComment", "text": one.words, "datePublished": _time(one.at)}
                for one in post.corrections
            ],
            "license": diary.licence_url,
            "isPartOf": {"@type": "Blog", "@id": _home(), "name": diary.title, "url": _home()},
            "publisher": _publisher(diary),
        }
    )


@blueprint.app_template_global()
def collection(diary: Any, thing: Any = None) -> Data:
    """The diary as a Blog, or a lab's or method's page as a collection of its posts."""
    blog = {
        "@type": "Blog",
        "@id": _home(),
        "url": _home(),
        "name": diary.title,
        "description": diary.summary,
        "license": diary.licence_url,
        "publisher": _publisher(diary),
    }
    if thing is None:
        return _said({"@context": "https://schema.org", **blog})
    about = _place(thing) if hasattr(thing, "colour") else {"@type": "Thing", "name": thing.name}
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": thing.name,
        "about": about,
        "isPartOf": _said(blog),
    }


def _said(data: Data) -> Data:
    """What has a value: an empty one is a mistake to those who check."""
    return {name: value for name, value in data.items() if value}


def _author(one: BylineView) -> Data:
    """A name under a post; what a resident is was never a job."""
    role = "description" if one.kind == Kind.RESIDENT else "jobTitle"
    page = absolute(url_for("reading.author", slug=one.page)) if one.page else ""
    return _said({"@type": "Person", "name": named(one.name), role: one.role, "url": page})


def _image(diary: Any, picture: PictureView) -> Data:
    file = picture.jpeg
    path = picture_address(picture.token, file)
    return _said(
        {
            "@type": "ImageObject",
            "contentUrl": absolute(path),
            "url": absolute(path),
            "width": file.width,
            "height": file.height,
            "caption": picture.caption or picture.alt,
            "creditText": picture.credit,
            "license": diary.licence_url,
            "acquireLicensePage": absolute(url_for("pages.about")),
        }
    )


def _place(lab: LabRef) -> Data:
    return _said({"@type": "Place", "name": lab.name, "address": lab.place})


def _publisher(diary: Any) -> Data:
    return {"@type": "Organization", "name": diary.title, "url": _home()}


def _home() -> str:
    return absolute(url_for("reading.home"))


def _post_address(slug: str) -> str:
    return absolute(url_for("reading.post", slug=slug))


def _time(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _day(post: PostCard) -> str:
    pattern = _DAYS.get(Precision(post.precision))
    return f"{post.dated:{pattern}}" if pattern else ""
