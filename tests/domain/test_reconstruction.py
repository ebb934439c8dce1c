"""Rebuilding: what beats what, what belongs together, what is listed and not hidden."""

from dataclasses import replace
from datetime import date
from itertools import permutations

from diary.domain.reconstruction import (
    Level,
    Trace,
    contradictions,
    from_json,
    near,
    normal,
    rebuild,
    to_json,
)

DAY = date(2019, 3, 12)
FULL = Trace(page="a", level=Level.FULL, title="En lykta", dated=DAY, body="Hela texten.")
EMBED = Trace(page="b", level=Level.EMBED, title="En lykta", dated=DAY, body="Nästan hela texten ä")
TEASER = Trace(
    page="c",
    level=Level.TEASER,
    title="En lykta",
    dated=DAY,
    body="En mycket lång början",
    author="Testa Provsson",
)
TITLE = Trace(page="d", level=Level.TITLE, title="EN\u00a0LYKTA", dated=DAY)


def test_full_text_beats_embed_beats_teaser_beats_title_in_any_order() -> None:
    best = [FULL, EMBED, TEASER, TITLE]
    for first in range(4):
        for traces in permutations(best[first:]):
            (post,) = rebuild(traces)
            assert post.level is best[first].level
            assert post.value("body") == best[first].body


def test_a_value_says_which_page_it_is_from() -> None:
    (post,) = rebuild([FULL, TEASER])
    source = post.source("author")
    assert source is not None
    assert (source.page, post.value("author")) == ("c", "Testa Provsson")
    assert post.source("role") is None


def test_a_page_that_breaks_off_is_less_than_a_whole_one_and_more_than_a_teaser() -> None:
    cut = replace(FULL, page="e", body="Hela texten, men längre än den hela", cut=True)
    assert rebuild([cut, FULL])[0].value("body") == FULL.body
    (alone,) = rebuild([cut, TEASER])
    assert alone.value("body") == cut.body
    assert alone.level is Level.TEASER


def test_two_posts_of_one_day_stay_two_and_one_title_on_two_days_too() -> None:
    other = replace(FULL, title="En annan lykta")
    later = replace(FULL, dated=date(2019, 4, 12))
    assert len(rebuild([FULL, other, later])) == 3


def test_a_trace_without_a_day_joins_the_only_post_of_its_title() -> None:
    undated = replace(TITLE, dated=None)
    assert len(rebuild([undated, FULL])) == 1
    assert len(rebuild([undated, FULL, replace(FULL, dated=date(2019, 4, 12))])) == 3


def test_one_address_with_two_days_is_one_post_and_the_days_are_listed() -> None:
    one = replace(FULL, address="https://provdalen.example/lykta")
    two = replace(one, page="z", dated=date(2019, 3, 13))
    posts = rebuild([two, one])
    assert [(c.field, c.values) for c in contradictions(posts)] == [
        ("dated", (("2019-03-12", ("a",)), ("2019-03-13", ("z",))))
    ]
    assert len(posts) == 1


def test_two_spellings_of_a_role_are_listed_with_their_pages() -> None:
    one, two = replace(FULL, role="lyktskötare"), replace(TEASER, role="lyktskötere")
    (found,) = contradictions(rebuild([one, two]))
    assert found.values == (("lyktskötare", ("a",)), ("lyktskötere", ("c",)))


def test_nearly_one_title_is_shown_and_not_merged() -> None:
    typo = replace(FULL, title="En lyktan")
    posts = rebuild([FULL, typo, replace(FULL, title="Något helt annat")])
    assert len(posts) == 3
    ((one, other),) = near((post.value("dated"), post.value("title")) for post in posts)
    assert {posts[one].value("title"), posts[other].value("title")} == {"En lykta", "En lyktan"}


def test_one_title_on_another_day_or_without_one_is_shown_too() -> None:
    days = [DAY, date(2019, 3, 20), date(2019, 9, 1), None]
    assert [*near((day, "En lykta") for day in days)] == [(0, 1), (0, 3), (1, 3), (2, 3)]


def test_a_trace_without_a_title_joins_the_post_at_its_address() -> None:
    full = replace(FULL, address="https://www.provdalen.example/lykta/")
    quote = Trace(page="q", level=Level.EMBED, title="", address="http://provdalen.example/lykta")
    (post,) = rebuild([quote, full])
    assert (post.value("title"), len(post.traces)) == ("En lykta", 2)
    assert len(rebuild([full, replace(quote, address="https://provdalen.example/")])) == 2


def test_of_many_pages_that_say_the_same_a_few_are_kept_whatever_their_order() -> None:
    many = [replace(TEASER, page=f"{number:02}") for number in range(12)]
    (post,) = rebuild(reversed(many))
    assert [trace.page for trace in post.traces] == ["00", "01", "02", "03", "04"]
    assert rebuild([*post.traces, *many[5:]]) == [post]


def test_titles_are_compared_without_case_marks_and_kinds_of_space() -> None:
    assert normal("Fyra\u00a0stolar – en_soffa!") == normal("FYRA STOLAR - en soffa")


def test_evidence_comes_back_as_it_was_kept() -> None:
    full = replace(FULL, captions=("Lyktan.",), credits=("Påhittad",), cut=True)
    assert [*from_json(to_json([full, TITLE]))] == [full, TITLE]
