"""The demonstration's posts before they are built."""

import re

from diary.demo.content import STAND_IN_DAY, journey, load_yaml, queue
from diary.demo.drawing import SCENES
from diary.models import Kind, Origin, Precision


def test_the_journey_has_exactly_176_posts() -> None:
    sources = journey()
    assert len(sources) == 176
    assert sum(source.origin is Origin.EXAMPLE for source in sources) == 144
    assert len({source.key for source in sources}) == 176


def test_recovered_posts_are_facts_alone() -> None:
    recovered = [source for source in journey() if source.origin is not Origin.EXAMPLE]
    assert len(recovered) == 32
    for source in recovered:
        assert (source.body, source.drawings, source.gist) == ("", (), "")
        assert source.title
        assert source.source_url.startswith("https://")
        assert all(author.real for author in source.authors)


def test_the_undated_post_opens_the_journey() -> None:
    first, *rest = journey()
    assert (first.dated, first.precision) == (STAND_IN_DAY, Precision.UNKNOWN)
    assert all(source.precision is Precision.DAY for source in rest)


def test_every_name_used_is_known() -> None:
    labs = {lab["slug"] for lab in load_yaml("labs")} | {""}
    methods = {method["slug"] for method in load_yaml("methods")}
    for source in [*journey(), *queue()]:
        assert source.lab in labs, source.key
        assert set(source.methods) <= methods, source.key
        assert {drawing.scene for drawing in source.drawings} <= SCENES, source.key
        assert all(drawing.alt for drawing in source.drawings), source.key


def test_links_between_posts_lead_to_posts() -> None:
    sources = journey()
    addresses = {source.slug for source in sources}
    links = [
        (source.key, target)
        for source in sources
        for target in re.findall(r"\(post:\d{4}-\d\d-\d\d-([^)]+)\)", source.body)
    ]
    assert len(links) > 30
    assert [link for link in links if link[1] not in addresses] == []


def test_a_post_in_another_language_has_a_line_in_the_main_one() -> None:
    for source in [*journey(), *queue()]:
        assert (source.lang == "sv") != bool(source.gist), source.key


def test_residents_write_a_good_part() -> None:
    by_residents = [s for s in journey() if any(a.kind is Kind.RESIDENT for a in s.authors)]
    assert 50 < len(by_residents) < 120


def test_real_people_are_not_taken_for_residents() -> None:
    kinds = {a.name: a.kind for s in journey() for a in s.authors if a.real}
    assert kinds["Martin Grander"] is Kind.RESEARCHER
    assert kinds["Rahim Maatoug"] is Kind.PARTNER
    assert kinds["Anna Kanervo"] is Kind.STAFF
    assert kinds["Lena Liljendahl"] is Kind.STAFF
    assert Kind.RESIDENT not in kinds.values()


def test_the_projects_own_ways_say_how_they_are_done_in_three_languages() -> None:
    for method in (one for one in load_yaml("methods") if one["core"]):
        assert set(method["description"]) == {"sv", "en", "ar"}, method["slug"]
        assert all(source["title"] and source["publisher"] for source in method["sources"])
        for part in ("steps", "needs"):
            lengths = {lang: len(text.splitlines()) for lang, text in method[part].items()}
            assert set(lengths) == {"sv", "en", "ar"}, method["slug"]
            assert len(set(lengths.values())) == 1, (method["slug"], part, lengths)


def test_what_came_of_a_place_is_said_in_three_languages_with_its_source() -> None:
    for lab in load_yaml("labs"):
        assert all(set(result) == {"sv", "en", "ar"} for result in lab["results"]), lab["slug"]
        assert all(source["title"] and source["publisher"] for source in lab["sources"])
