"""WordPress' export: which posts, their words, pictures and comments, and how they stood."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from diary.domain.incoming import Incoming, LeftOut, NotReadable, Standing
from diary.portability.wxr import read

SHARED = Path(__file__).parents[3] / "shared/testdata/exports/wordpress-6.1.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>D</title><link>https://example.org</link><language>sv-SE</language>
<wp:base_blog_url>https://example.org/blogg</wp:base_blog_url>
<wp:author><wp:author_login>amal</wp:author_login><wp:author_email>a@example.org</wp:author_email>
<wp:author_display_name><![CDATA[Amal Hassan]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"
UPLOADS = "https://example.org/wp-content/uploads/2019/05"


def item(key: int, content: str = "", more: str = "", **said: str) -> str:
    """An item as WordPress writes it, a public post unless something else is said."""
    fields = {
        "post_type": "post", "status": "publish", "post_name": f"inlagg-{key}",
        "post_date": "2019-05-17 00:30:00", "post_date_gmt": "2019-05-16 22:30:00", **said,
    }  # fmt: skip
    rows = "".join(f"<wp:{name}><![CDATA[{text}]]></wp:{name}>" for name, text in fields.items())
    return (
        f"<item><title><![CDATA[Inlägg &amp; {key}]]></title><dc:creator>amal</dc:creator>"
        f"<link>https://example.org/blogg/2019/05/inlagg-{key}/</link>"
        f'<guid isPermaLink="false">https://example.org/blogg/?p={key}</guid>'
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<excerpt:encoded></excerpt:encoded><wp:post_id>{key}</wp:post_id>{rows}{more}</item>"
    )


def meta(name: str, value: str) -> str:
    key, said = f"<wp:meta_key>{name}</wp:meta_key>", f"<wp:meta_value>{value}</wp:meta_value>"
    return f"<wp:postmeta>{key}{said}</wp:postmeta>"


def upload(key: int, name: str, parent: int = 0, alt: str = "") -> str:
    """An uploaded picture."""
    more = f"<wp:attachment_url>{UPLOADS}/{name}</wp:attachment_url>"
    more += meta("_wp_attachment_image_alt", alt) if alt else ""
    return item(key, more=more, post_type="attachment", status="inherit", post_parent=str(parent))


def found(tmp_path: Path, *items: str, head: str = HEAD, tail: str = TAIL) -> list[Incoming]:
    """The posts that are read of an export with these items."""
    file = tmp_path / "export.xml"
    file.write_text(head + "".join(items) + tail, "utf-8")
    return [one for one in read(file, "en").found if isinstance(one, Incoming)]


def test_a_post_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    comment = (
        "<wp:comment><wp:comment_author>Petra</wp:comment_author>"
        "<wp:comment_author_email>p@example.org</wp:comment_author_email>"
        "<wp:comment_author_IP>192.0.2.7</wp:comment_author_IP>"
        "<wp:comment_date_gmt>2019-05-18 10:00:00</wp:comment_date_gmt>"
        "<wp:comment_content>Så fint!</wp:comment_content>"
        "<wp:comment_approved>{}</wp:comment_approved><wp:comment_type>{}</wp:comment_type>"
        "</wp:comment>"
    )
    more = (
        '<category domain="category" nicename="boden"><![CDATA[Boden]]></category>'
        '<category domain="post_tag" nicename="kor"><![CDATA[Kör & sång]]></category>'
        '<category domain="category" nicename="uncategorized">Okategoriserade</category>'
        '<category domain="post_format" nicename="x">Galleri</category>'
        + comment.format("1", "comment")
        + comment.format("0", "comment")
        + comment.format("1", "pingback")
    )
    (one,) = found(tmp_path, item(7, "<p>Vi sjöng.</p>", more))
    assert one.key == "wxr/example.org/blogg/7"
    assert one.content.title == "Inlägg & 7"
    assert one.content.dated == date(2019, 5, 17), "by the site's own clock"
    assert one.published_at == datetime(2019, 5, 16, 22, 30, tzinfo=UTC)
    assert [(author.name, author.key) for author in one.authors] == [("Amal Hassan", "amal")]
    assert one.tags == ("Boden", "Kör & sång")
    assert [(said.name, said.words) for said in one.comments] == [("Petra", "Så fint!")]
    assert "192.0.2.7" not in repr(one)
    assert "@" not in repr(one)
    assert one.addresses == (
        "https://example.org/blogg/2019/05/inlagg-7/", "https://example.org/blogg/?p=7", "?p=7",
    )  # fmt: skip
    assert one.content.lang == "sv"


def test_only_what_everybody_could_read_is_out(tmp_path: Path) -> None:
    zero = {"post_date_gmt": "0000-00-00 00:00:00"}
    posts = found(
        tmp_path,
        item(1),
        item(2, status="draft", **zero),
        item(3, status="future"),
        item(4, status="private"),
        item(5, post_password="hemligt"),
        item(6, status="pending", **zero),
        item(7, status="trash"),
        item(8, post_type="page"),
        item(9, post_type="nav_menu_item"),
    )
    assert [one.standing for one in posts] == [
        Standing.OUT, Standing.DRAFT, Standing.SCHEDULED, Standing.CLOSED, Standing.CLOSED,
        Standing.DRAFT,
    ]  # fmt: skip
    assert [bool(one.published_at) for one in posts] == [True, *[False] * 5]
    notes = dict(read(tmp_path / "export.xml", "sv").notes())
    assert {*notes["Not brought in"]} == {
        "1 of the kind nav_menu_item",
        "1 of the kind page",
        "1 posts in the bin",
    }


def test_pictures_are_the_uploads_in_the_order_shown(tmp_path: Path) -> None:
    content = (
        f'<p>Före</p>[caption id="x" width="300"]<a href="{UPLOADS}/dorr.jpg">'
        f'<img src="{UPLOADS}/dorr-300x200.jpg" alt="Dörren"></a> Dörren. Foto: Amal[/caption]'
        '[gallery ids="13,12"]'
    )
    (one,) = found(
        tmp_path,
        upload(11, "framst-scaled.jpg", alt="Överst"),
        upload(12, "kor.jpg", alt="Kören"),
        upload(13, "bord.jpg"),
        upload(14, "dorr.jpg"),
        item(7, content, meta("_thumbnail_id", "11")),
    )
    assert [(one.source.rpartition("/")[2], one.alt) for one in one.pictures] == [
        ("framst-scaled.jpg", "Överst"),
        ("dorr.jpg", "Dörren"),
        ("bord.jpg", ""),
        ("kor.jpg", "Kören"),
    ]
    assert (one.pictures[1].caption, one.pictures[1].credit) == ("Dörren.", "Amal")
    assert one.content.body == "Före"


def test_older_and_newer_namespaces_are_one(tmp_path: Path) -> None:
    for name in ("http://wordpress.org/export/1.0/", "https://wordpress.org/export/1.2/"):
        head = HEAD.replace("http://wordpress.org/export/1.2/", name)
        (one,) = found(tmp_path, item(7, "<p>Ord</p>"), head=head)
        assert one.content.body == "Ord"


def test_a_file_that_ends_early_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    whole = HEAD + item(1, "<p>Ett</p>") + item(2, "<p>Två</p>")
    file.write_text(whole[:-120], "utf-8")
    kept = [*read(file, "sv").found]
    assert isinstance(kept[0], Incoming)
    assert kept[-1] == LeftOut(
        "export.xml", "the file ends early; what stands before line 9 was read"
    )


def test_of_a_damaged_file_only_what_came_whole_is_out(tmp_path: Path) -> None:
    after = "<wp:is_sticky>0</wp:is_sticky>"
    whole = HEAD + "".join(item(key, "Ord", after, post_password="") for key in (1, 2))
    cut = whole[: whole.rindex("<wp:post_password>") + 20]
    first, last = found(tmp_path, cut, head="", tail="")
    assert first.standing is Standing.OUT
    assert last.standing is Standing.CLOSED, "its password may have been cut off"


def test_the_parts_of_a_large_export_are_one(tmp_path: Path) -> None:
    """A post's picture may be told in a later part than the post."""
    one, other = item(7, "Ord", meta("_thumbnail_id", "11")), upload(11, "kor.jpg")
    (tmp_path / "1.xml").write_text(HEAD + one + TAIL, "utf-8")
    (tmp_path / "2.xml").write_text(HEAD + other + item(8, "Mer") + TAIL, "utf-8")
    posts = [post for post in read(tmp_path, "sv").found if isinstance(post, Incoming)]
    assert [len(post.pictures) for post in posts] == [1, 0]


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="no WordPress export"):
        read(tmp_path, "sv")


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    whole = HEAD + item(1, "Ett") + "\n" + item(2, "Två") + TAIL
    file.write_text(whole.replace("<guid", "</foo><guid", 1), "utf-8")
    last = [*read(file, "sv").found][-1]
    assert isinstance(last, LeftOut)
    assert last.why == "damaged; what stands before line 9 was read"


@pytest.mark.parametrize(
    "before",
    ["\n\n", "\ufeff", "<br />\n<b>Warning</b>: x &amp in <b>/a.php</b> on line 5<br />\n"],
)
def test_what_a_server_puts_around_it_does_not_matter(tmp_path: Path, before: str) -> None:
    after = TAIL + "\n<!-- cached --><script>x()</script>"
    (one,) = found(tmp_path, item(1, "Ord"), head=before + HEAD, tail=after)
    assert one.content.body == "Ord"
    assert not [
        one for one in read(tmp_path / "export.xml", "sv").found if isinstance(one, LeftOut)
    ]


@pytest.mark.parametrize(
    ("declared", "real", "mended"), [("UTF-8", "cp1252", 6), ("ISO-8859-1", "iso-8859-1", 0)]
)
def test_letters_of_another_encoding(tmp_path: Path, declared: str, real: str, mended: int) -> None:
    file = tmp_path / "export.xml"
    text = HEAD.replace("UTF-8", declared) + item(1, "Åtta körer på ön i år") + TAIL
    file.write_bytes(text.encode(real))
    batch = read(file, "sv")
    (one,) = batch.found
    assert isinstance(one, Incoming)
    assert (one.content.title, one.content.body) == ("Inlägg & 1", "Åtta körer på ön i år")
    told = [line for _, lines in batch.notes() for line in lines]
    assert told == ([f"export.xml: {mended}"] if mended else [])


def test_an_entity_that_xml_does_not_know_costs_no_words(tmp_path: Path) -> None:
    (one,) = found(
        tmp_path, item(1).replace("<![CDATA[]]>", "&lt;p&gt;Kör &amp;amp; sång&nbsp;i dag")
    )
    assert one.content.body == "Kör & sång i dag"


def test_names_without_a_declared_namespace(tmp_path: Path) -> None:
    space = 'xmlns:wp="http://wordpress.org/export/1.2/"'
    (one,) = found(tmp_path, item(1, "Ord"), head=HEAD.replace(space, ""))
    assert (one.content.body, one.key) == ("Ord", "wxr/example.org/blogg/1")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("Fri, 17 May 2019 00:30:00 +0200", datetime(2019, 5, 16, 22, 30, tzinfo=UTC)),
        ("Mon, 30 Nov -0001 00:00:00 +0000", datetime(2019, 5, 17, 0, 30, tzinfo=UTC)),
        ("Mon, 01 Jan 0001 00:00:00 +0200", datetime(2019, 5, 17, 0, 30, tzinfo=UTC)),
        ("skräp", datetime(2019, 5, 17, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_zero_date_is_none(tmp_path: Path, told: str, moment: datetime) -> None:
    more = f"<pubDate>{told}</pubDate>"
    (one,) = found(tmp_path, item(1, "Ord", more, post_date_gmt="0000-00-00 00:00:00"))
    assert one.published_at == moment


def test_slugs_of_other_scripts_and_those_it_had_before(tmp_path: Path) -> None:
    more = meta("_wp_old_slug", "forsta") + meta("_wp_old_slug", "inlagg")
    (one,) = found(tmp_path, item(7, "Ord", more), item(8, "Ord", post_name="k%c3%b6r"))[:1]
    assert {*one.addresses} >= {
        "https://example.org/blogg/2019/05/forsta/", "https://example.org/blogg/2019/05/inlagg/",
    }  # fmt: skip
    assert [post.slug for post in found(tmp_path, item(8, post_name="k%c3%b6r"))] == ["kor"]


def test_those_who_wrote_together_and_no_mail_address(tmp_path: Path) -> None:
    author = '<category domain="author" nicename="cap-{0}"><![CDATA[{0}]]></category>'
    guest = item(
        5, more=meta("cap-user_login", "sam"), post_type="guest-author", status="publish"
    ).replace("Inlägg &amp; 5", "Sam Berg")
    together, alone = found(
        tmp_path,
        item(1, "Ord", author.format("amal") + author.format("sam")),
        guest,
        item(2, "Ord").replace("<dc:creator>amal", "<dc:creator>eva@example.org"),
    )
    assert [one.name for one in together.authors] == ["Amal Hassan", "Sam Berg"]
    assert together.tags == ()
    assert [one.name for one in alone.authors] == ["eva"]


def test_addresses_that_are_none_stop_nothing(tmp_path: Path) -> None:
    head = HEAD.replace("https://example.org", "http://[")
    words = item(1, '<img src="http://["><p>Ord</p>').replace("https://example.org", "http://[")
    (post,) = found(tmp_path, upload(2, "a.jpg").replace(UPLOADS, "http://["), words, head=head)
    assert (post.content.body, post.pictures) == ("Ord", ())


def test_control_characters_do_not_end_the_reading(tmp_path: Path) -> None:
    first, last = found(tmp_path, item(1, "<p>Ett\x0btv\x00å</p>"), item(2, "<p>Tre</p>"))
    assert "Ett" in first.content.body
    assert last.content.body == "Tre"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<rss/>",
        "{}",
        "<html>wordpress</html>",
    ],
)
def test_another_file_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.xml"
    file.write_text(text, "utf-8")
    with pytest.raises(NotReadable, match="no WordPress export"):
        read(file, "sv")


@pytest.mark.parametrize("hidden", ["", f"<!-- {'wordpress.org/export/ ' * 5_000} -->"])
def test_a_document_type_never_comes_through(tmp_path: Path, hidden: str) -> None:
    """However far down the file it stands, its entities stay unread."""
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'{hidden}<!DOCTYPE rss [<!ENTITY e0 "bang">{grown}]>'
    said = item(1, "Ord", '<category domain="post_tag" nicename="&e8;">&e8;</category>')
    try:
        (one,) = found(tmp_path, said, head=bomb + HEAD.partition("?>")[2])
    except NotReadable:
        assert hidden
    else:
        assert one.tags in {(), ("&e8;",)}


@pytest.mark.skipif(not SHARED.exists(), reason="The real export lies beside the project.")
def test_a_real_export_is_read_whole() -> None:
    batch = read(SHARED, "sv")
    posts = [one for one in batch.found if isinstance(one, Incoming)]
    assert len(posts) == batch.total == 176
    assert len({author.key for one in posts for author in one.authors}) == 12
    assert Counter(len(one.pictures) for one in posts) == {1: 67, 2: 81, 3: 28}
    assert all(picture.alt for one in posts for picture in one.pictures)
    assert {tag for one in posts for tag in one.tags} >= {"Textillabbet", "Vävning"}
    assert all("## " in one.content.body and "<" not in one.content.body for one in posts)
