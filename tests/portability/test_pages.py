"""Saved pages: what is read out of them, however they were kept and wherever they break off."""

import gzip
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from diary.addresses import old_address
from diary.domain.incoming import Incoming, LeftOut
from diary.domain.reconstruction import Level, Rebuilt, Trace, rebuild
from diary.models import Origin, Precision
from diary.portability import html_pages, pages, saved, stored_text
from diary.portability.saved import Page
from diary.portability.spool import Spool

DATA = Path(__file__).parent.parent / "data/pages"
SOURCES = Path("../shared/sources")
LYKTA, SOPPA = ((DATA / name).read_text("utf-8") for name in ("lykta.txt", "soppa.txt"))
FIELDS = "dated title lead body author role organisation captions credits".split()


def seen(posts: list[Rebuilt]) -> list[Any]:
    return [(post.level, *(post.value(field) for field in FIELDS)) for post in posts]


def planned(traces: Iterable[Trace]) -> list[Incoming]:
    with Spool() as spool:
        for trace in traces:
            spool.add(trace)
        return [*pages.plan(spool, [])]


def stored(text: str, page: str = "page") -> list[Trace]:
    return stored_text.traces(text, page)


def test_a_page_tells_of_its_post_and_of_others_in_part() -> None:
    lykta, stolar, soppa = stored(LYKTA)
    assert lykta.body == (
        "I Exempelby finns ett torg som ingen har sett. Där står en lykta.\n\n"
        "## EN LYKTA AV PAPPER\n\n"
        "Den är gjord av papper och tejp. Den kostade elva provkronor.\n\n"
        "## Vad hände sedan?\n\n"
        "Den blåste omkull, och någon reste den.\n\n"
        "*Bilden ovan: lyktan, efter regnet. Foto: Påhittad Fotograf*"
    )
    assert (lykta.dated, lykta.title) == (date(2019, 3, 12), "Lyktan i Exempelby lyser igen")
    assert lykta.credits == ("Påhittad Fotograf",)
    assert not lykta.cut
    assert (stolar.level, stolar.title) == (Level.TEASER, "Fyra stolar – en soffa")
    assert stolar.body.endswith("som ingen…")
    assert (soppa.author, soppa.role) == ("Exempla von Testberg", "soppansvarig på Provköket")


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("Exempelbolaget. Lyktskötare i Exempelby", "Exempelbolaget"),
        ("stolvakt, Påhittsbostäder", "Påhittsbostäder"),
        ("soppansvarig på Provköket", "Provköket"),
        ("Hyresgästföreningen", "Hyresgästföreningen"),
        ("lyktskötare", ""),
        ("", ""),
    ],
)
def test_an_organisation_stands_before_after_or_inside_the_role(role: str, found: str) -> None:
    assert stored_text.organisation(role) == found


@pytest.mark.parametrize(
    "line", ["5 september 2018", "5\u00a0september\u00a02018", "5 September 2018 kl. 14:30",
            "2018-09-05", "2018-09-05T18:00:00+02:00"],
)  # fmt: skip
def test_a_day_is_read_with_or_without_a_time(line: str) -> None:
    assert stored_text.day(line) == date(2018, 9, 5)


@pytest.mark.parametrize("line", ["31 februari 2019", "i mars 2019", "5 september 20", "99", ""])
def test_what_is_no_day_is_none(line: str) -> None:
    assert stored_text.day(line) is None


def test_furniture_and_sign_up_lines_are_no_part_of_the_post() -> None:
    text = LYKTA.replace(
        "\n11 mars", "\nDela på Exempelnätet\n\nPrenumerera på nytt!\n\n11 mars", 1
    )
    assert seen(rebuild(stored(text))) == seen(rebuild(stored(LYKTA)))


def test_paragraphs_of_non_breaking_spaces_are_none() -> None:
    assert "\u00a0" not in stored(LYKTA.replace("\n\n", "\n\u00a0\n\u00a0\u00a0\n"))[0].body
    assert stored(LYKTA.replace("\n\n", "\n\u00a0\n")) == stored(LYKTA)


def test_a_day_within_a_long_text_begins_no_other_post() -> None:
    inside = "\n\n".join(["1 mars 2019", *(f"Stycke {n} om lyktan." for n in range(5))])
    (first, *_) = stored(LYKTA.replace("EN LYKTA AV PAPPER", inside))
    assert "Stycke 4 om lyktan." in first.body


@pytest.mark.parametrize("text", [LYKTA, SOPPA])
def test_wherever_a_copy_is_cut_the_end_is_the_same_beside_the_whole(text: str) -> None:
    whole = [*stored(LYKTA, "lykta"), *stored(SOPPA, "soppa")]
    for end in range(len(text)):
        assert seen(rebuild([*whole, *stored(text[:end], "cut")])) == seen(rebuild(whole)), end


def test_a_page_cut_in_its_text_is_known_only_in_part() -> None:
    (post,) = rebuild(stored(LYKTA[: LYKTA.index("Vad hände")]))
    assert (post.level, post.value("author")) == (Level.TEASER, "")


def test_two_pages_in_either_order_make_two_full_posts_and_a_stub() -> None:
    one, two = stored(LYKTA, "lykta"), stored(SOPPA, "soppa")
    found = planned([*one, *two])
    assert found == planned([*two, *one, *one])
    assert [(item.content.title, item.origin) for item in found] == [
        ("Fyra stolar – en soffa", Origin.TEASER),
        ("Soppan som försvann", Origin.FULL),
        ("Lyktan i Exempelby lyser igen", Origin.FULL),
    ]


def test_html_is_read_by_its_marks_and_no_script_comes_along() -> None:
    tratt, stolar = html_pages.traces((DATA / "tratt.html").read_text("utf-8"), "tratt")
    assert (tratt.title, tratt.dated, tratt.author) == (
        "En tratt i Exempelby", date(2019, 4, 2), "Testa Provsson",
    )  # fmt: skip
    assert tratt.body == (
        "En tratt räcker långt.\n\n## Varför en tratt\n\nDen är bred upptill och smal nedtill."
        "\n\n- plåt\n- plast\n\n*Tratten. Foto: Påhittad Fotograf*"
    )
    assert (tratt.credits, tratt.cut) == (("Påhittad Fotograf",), False)
    assert (stolar.title, stolar.level) == ("Fyra stolar – en soffa", Level.TEASER)


def test_a_lead_above_the_text_is_part_of_it_and_one_below_is_not() -> None:
    page = (DATA / "tratt.html").read_text("utf-8")
    other = '<div class="wp-block-post-excerpt">Om annat</div><footer>'
    page = page.replace('ingress">En tratt', 'ingress">Hur långt? En tratt').replace(
        "<footer>", other
    )
    tratt, *_ = html_pages.traces(page, "tratt")
    assert tratt.body.startswith("Hur långt? En tratt räcker långt.\n\nEn tratt räcker långt.")
    below, *_ = html_pages.traces(page.replace('class="ingress"', ""), "tratt")
    assert (below.lead, "annat" in below.body) == ("", False)


def test_html_without_marks_is_read_as_text() -> None:
    paragraphs = "".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in LYKTA.split("\n\n"))
    html = f"<html><body><div>{paragraphs}</div></body></html>"
    assert seen(rebuild(html_pages.traces(html, "page"))) == seen(rebuild(stored(LYKTA)))


SITE = "https://provdalen.example"
EMBEDS = f"""<html><body><div class="wp-embed">
<p class="wp-embed-heading"><a href="{SITE}/lykta/embed/">Lyktan i Exempelby lyser igen</a></p>
<div class="wp-embed-excerpt"><p>I Exempelby finns ett torg …
<a class="wp-embed-more" href="{SITE}/lykta/">Läs mer</a></p></div></div></body></html>"""
ELSEWHERE = f"""<html><body><h1>Vad andra skriver</h1>
<blockquote class="wp-embedded-content"><a href="{SITE}/soppa/">Soppan som försvann</a></blockquote>
<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://annan.example/x/">
<div class="kg-bookmark-title">Något annat</div><div class="kg-bookmark-description">Hos andra.</div></a></figure>
<blockquote cite="{SITE}/lykta/">{"Den är gjord av papper och tejp. " * 4}</blockquote></body></html>"""  # noqa: E501


def test_what_pages_embed_or_quote_is_more_than_a_teaser_and_less_than_the_page() -> None:
    (own,) = html_pages.traces(EMBEDS, "embed")
    assert (own.level, own.title, own.address) == (
        Level.EMBED, "Lyktan i Exempelby lyser igen", f"{SITE}/lykta/",
    )  # fmt: skip
    assert own.body == "I Exempelby finns ett torg …"
    title, bookmark, quote = html_pages.traces(ELSEWHERE, "annan")
    assert (title.level, title.title) == (Level.TITLE, "Soppan som försvann")
    assert (bookmark.level, bookmark.body) == (Level.EMBED, "Hos andra.")
    assert (quote.level, quote.title, quote.address) == (Level.EMBED, "", f"{SITE}/lykta/")
    whole = [replace(t, address=f"{SITE}/lykta/") for t in stored(LYKTA)[:1]]
    found = {item.content.title: item for item in planned([*whole, own, quote, title, bookmark])}
    assert set(found) == {"Lyktan i Exempelby lyser igen", "Soppan som försvann"}
    assert found["Lyktan i Exempelby lyser igen"].content.body == whole[0].body
    assert len(found["Lyktan i Exempelby lyser igen"].evidence) == 3
    assert found["Soppan som försvann"].origin == Origin.TITLE
    (part,) = planned([own])
    assert part.origin == Origin.TEASER


SAVED = Path("../shared/testdata/saved-pages")


@pytest.mark.skipif(not SAVED.is_dir(), reason="needs the saved pages in ../shared/testdata")
@pytest.mark.parametrize(("kind", "teasers"), [("wordpress", 0), ("ghost", 4)])
def test_pages_as_browsers_save_them_are_read(kind: str, teasers: int) -> None:
    for file in (SAVED / kind).iterdir():
        post, *others = pages.traces(file, file.name)
        assert isinstance(post, Trace)
        assert (post.level, post.cut, len(others)) == (Level.FULL, False, teasers)
        assert post.dated
        assert post.author
        assert post.tags[0].endswith("labbet")
        assert post.pictures[0].alt
        assert file.stem in post.address
        assert post.body.count("## ") >= 2
        assert all(isinstance(one, Trace) and one.dated and one.author for one in others)
    file = SAVED / kind / "vavstolen-och-verktyget-81.html"
    (post, *_) = pages.traces(file, file.name)
    assert isinstance(post, Trace)
    assert (post.title, post.dated, post.author) == (
        "Vävstolen och verktyget", date(2019, 4, 25), "Karin Löfgren",
    )  # fmt: skip


def test_an_old_address_with_underscores_and_encoded_dashes_is_kept() -> None:
    found = planned(html_pages.traces((DATA / "tratt.html").read_text("utf-8"), "tratt"))
    item = next(item for item in found if item.addresses)
    assert old_address(item.addresses[0]) == "en_tratt_−_inget_annat"
    assert item.slug == "en-tratt-inget-annat"
    assert old_address("https://provdalen.example/en%00tratt") == "entratt"  # no database has NUL


def test_a_post_without_a_day_stands_before_all_others() -> None:
    undated = Trace(page="x", level=Level.TITLE, title="Utan dag")
    item = next(i for i in planned([*stored(LYKTA), undated]) if i.seen_on == "x")
    assert (item.content.dated, item.content.precision) == (date(2019, 3, 11), Precision.UNKNOWN)


def a_warc(body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        "WARC-Date: 2019-04-02T18:00:00Z\r\nWARC-Target-URI: https://provdalen.example/tratt\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


def test_a_warc_file_is_read_and_what_is_damaged_says_so(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(a_warc((DATA / "tratt.html").read_bytes()))
    (page,) = saved.pages(file, "crawl")
    assert isinstance(page, Page)
    assert (page.address, page.html) == ("https://provdalen.example/tratt", True)
    file.write_bytes(gzip.compress(b"not a warc file at all\r\n\r\n"))
    assert [type(one) for one in saved.pages(file, "crawl")] == [LeftOut]


def test_several_crawls_of_one_page_are_one_post_and_the_whole_one_wins(tmp_path: Path) -> None:
    whole = (DATA / "tratt.html").read_bytes()
    file = tmp_path / "crawls.warc.gz"
    file.write_bytes(b"".join(map(a_warc, (whole[:900], whole, whole[:1200]))))
    (tmp_path / "tratt.html").write_bytes(whole)
    batch = pages.read(tmp_path, "sv")
    assert [*batch.reading]
    crawls = [*batch.found]
    assert all(isinstance(one, Incoming) for one in crawls)
    (alone,) = [one for one in planned(html_pages.traces(whole.decode(), "x")) if one.addresses]
    (post,) = [one for one in crawls if isinstance(one, Incoming) and one.addresses]
    assert (post.content, post.origin, post.slug) == (alone.content, Origin.FULL, alone.slug)


def test_a_packed_bomb_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "bomb.warc.gz"
    file.write_bytes(a_warc(b"<p>" + b"0" * (saved.MAX_PAGE + 1)))
    assert [*saved.pages(file, "bomb")] == [
        LeftOut("https://provdalen.example/tratt", "larger than 5 MB")
    ]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.txt").write_text(LYKTA, "utf-8")
    (inside / "own.txt").write_text(LYKTA, "utf-8")
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    assert saved.files(inside) == [inside / "own.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_is_decoded_whatever_it_was_kept_in(encoding: str) -> None:
    assert saved.decoded("Kör på Åsen – så".encode(encoding)) == "Kör på Åsen – så"


def test_a_page_cut_within_a_character_is_still_utf_8() -> None:
    assert saved.decoded("Kör på".encode()[:-1]) == "Kör p"


@pytest.mark.skipif(not SOURCES.is_dir(), reason="needs the stored pages in ../shared/sources")
def test_the_two_stored_pages_rebuild_two_posts_and_four_stubs() -> None:
    texts = {f.name: f.read_text("utf-8") for n in ("003", "004") for f in SOURCES.glob(f"{n}_*")}
    traces = [trace for name, text in texts.items() for trace in stored(text, name)]
    cut = [t for name, text in texts.items() for t in stored(text[:2000], f"{name}.cut")]
    posts = rebuild(traces)
    assert [post.level for post in posts].count(Level.FULL) == 2
    assert [post.level for post in posts].count(Level.TEASER) == 4
    assert all(post.value("author") and post.value("role") for post in posts)
    for again in ([*reversed(traces)], [*traces, *traces], [*cut, *traces]):
        assert seen(rebuild(again)) == seen(posts)
