"""What a twin has of each post, and what becomes of it when the original changes or goes."""

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from diary.domain import closing, errands, moderation
from diary.domain.content import BylineContent
from diary.domain.forgetting import forget_person
from diary.domain.moderation import Verdict
from diary.domain.recall import recall
from diary.domain.workflow import Step
from diary.models import (
    Byline,
    Correction,
    Letter,
    Person,
    Picture,
    Post,
    Precision,
    Rendition,
    Revision,
    SecondKind,
    Status,
    Voice,
    begin_writing,
)
from tests.builders import HOUSE, NOW, a_lead
from tests.hubs import serving
from tests.mirrors import NAMES, Source, Twin


def test_an_empty_diary_becomes_a_twin(source: Source, twin: Twin) -> None:
    posts = source.write(*NAMES)
    assert twin.mirror(source.url) == "Dagboken i Boden: 23 new."
    assert twin.called() == "Dagboken i Boden"
    with twin.sessions() as session:
        out = twin.out(session)
        assert list(out) == NAMES
        for post, (copy, _) in zip(posts, out.values(), strict=True):
            assert (copy.uid, copy.slug, copy.dated) == (post.uid, post.slug, post.dated)
            assert copy.published_at == post.published_at
        _, first = out["Inlägg 0"]
        assert first.body == "Vi *sjöng*: Inlägg 0."
        assert first.lab is not None
        assert (first.lab.slug, first.lab.name) == ("boden", "BIS i Boden")
        assert [(way.slug, way.name) for way in first.methods] == [("kor", "Kör")]
        assert [(one.name, one.role) for one in first.bylines] == [("Amal", "ny i Boden")]
        (shown,) = first.pictures
        assert (shown.alt, shown.caption, shown.credit) == ("Bild 0", "Text 0", "Amal")
        assert session.scalar(select(func.count(Picture.id))) == 23
        assert all(twin.has(key) for key in session.scalars(select(Picture.original_key)))
        assert not session.scalars(select(Letter)).all()


def test_what_is_said_beside_the_text_comes_along(source: Source, twin: Twin) -> None:
    source.write(
        "مقهى",
        lang="ar",
        lang_chosen=True,
        dated=date(2019, 5, 1),
        precision=Precision.MONTH,
        gist="En kväll på språkkaféet",
        second_kind=SecondKind.TRANSLATION,
        second_lang="sv",
        second_body="Vi **satt** länge.",
        scribe="Petra",
        voice=Voice.INSIGHT,
    )
    source.write("", pictures=0)
    source.write("När", pictures=0, precision=Precision.UNKNOWN, dated=date(2019, 1, 1), lab="")
    assert "3 new" in twin.mirror(source.url)
    with twin.sessions() as session:
        out = twin.out(session)
        _, told = out["مقهى"]
        assert (told.lang, told.gist, told.scribe) == ("ar", "En kväll på språkkaféet", "Petra")
        assert (told.dated, told.precision) == (date(2019, 5, 1), Precision.MONTH)
        second = (told.second_kind, told.second_lang, told.second_body)
        assert second == (SecondKind.TRANSLATION, "sv", "Vi **satt** länge.")
        assert told.voice is Voice.INSIGHT
        assert told.body == "Vi *sjöng*: مقهى."
        assert out["Vi sjöng: ."][1].title == ""
        post, undated = out["När"]
        assert (undated.precision, undated.lab) == (Precision.UNKNOWN, None)
        assert post.dated == date(9999, 1, 1)


def test_links_between_its_posts_lead_to_their_twins(source: Source, twin: Twin) -> None:
    source.write("Först", pictures=0)
    source.write("Sedan", pictures=0, body="[Läs](/posts/forst) och [mer](https://a.example/x)")
    twin.mirror(source.url)
    page = twin.browser().get("/posts/sedan").text
    assert '<a href="/posts/forst">Läs</a>' in page
    assert 'href="https://a.example/x"' in page
    assert 'href="/posts/sedan"' in twin.browser().get("/posts/forst").text


def test_what_changes_there_changes_here(source: Source, twin: Twin) -> None:
    posts = source.write(*NAMES)
    source.write("Två bilder", pictures=2)
    twin.mirror(source.url)
    source.write("Ny ett", "Ny två", "Ny tre")
    source.decide(posts[3], Step.WITHDRAW, reason="wrong_facts")
    source.correct(posts[5], "Det var på tisdagen.", title="Rättat", lab="boden")
    pictured = source.db.scalars(select(Post).where(Post.slug == "tva-bilder")).one()
    source.recall(pictured, 1)
    with twin.sessions() as session:
        copy = session.scalars(select(Post).where(Post.uid == pictured.uid)).one()
        both = session.scalars(select(Picture).where(Picture.post_id == copy.id)).all()
        files = [both[1].original_key, *(size.key for size in both[1].renditions)]
        address = f"/pictures/{both[1].token}/{both[1].renditions[0].width}-x.webp"
    said = twin.mirror(source.url)
    assert said == (
        "Dagboken i Boden: 3 new, 2 changed, 1 taken down, 1 with a picture taken away."
    )
    with twin.sessions() as session:
        out = twin.out(session)
        now_called = {"Inlägg 3": [], "Inlägg 5": ["Rättat"]}
        kept = [name for one in NAMES for name in now_called.get(one, [one])]
        assert list(out) == [*kept, "Två bilder", "Ny ett", "Ny två", "Ny tre"]
        fixed, live = out["Rättat"]
        assert live.body == "Vi satt ute till elva."
        notes = select(Correction.at, Correction.words).where(Correction.post_id == fixed.id)
        assert [*session.execute(notes)] == [(NOW, "Det var på tisdagen.")]
        assert len(out["Två bilder"][1].pictures) == 1
        assert not any(twin.has(key) for key in files)
        left = session.scalars(select(Post).where(Post.uid == posts[3].uid)).one()
        assert left.status is Status.WITHDRAWN
    visitor = twin.browser()
    assert visitor.get("/posts/inlagg-3").status_code == 410
    assert visitor.get(address).status_code == 410
    assert visitor.get("/posts/inlagg-4").status_code == 200
    assert twin.mirror(source.url) == "Dagboken i Boden: nothing new."


def test_of_what_went_nothing_is_left_and_it_may_come_back(source: Source, twin: Twin) -> None:
    (post,) = source.write("Hemligt")
    twin.mirror(source.url)
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    assert twin.mirror(source.url).endswith("1 taken down.")
    with twin.sessions() as session:
        words = session.execute(select(Revision.title, Revision.body, Revision.heading)).all()
        assert {*words} == {("", "", "")}
        assert not session.scalars(select(Picture)).all()
        assert not session.scalars(select(Byline)).all()
        assert not session.scalars(select(Person)).all()
    assert not [*twin.store.keys("originals/")]
    source.decide(post, Step.RESTORE)
    assert "1 changed" in twin.mirror(source.url)
    with twin.sessions() as session:
        ((_, live),) = twin.out(session).values()
        assert (live.title, len(live.pictures)) == ("Hemligt", 1)
        assert [one.name for one in live.bylines] == ["Amal"]


def test_whoever_is_forgotten_there_is_forgotten_here(source: Source, twin: Twin) -> None:
    person = source.writer.person
    source.write("Kören", bylines=(BylineContent("Amal", "ny", person_id=person.id),))
    twin.mirror(source.url)
    forget_person(source.db, person, NOW)
    source.db.commit()
    assert twin.mirror(source.url) == "Dagboken i Boden: 1 changed."
    with twin.sessions() as session:
        assert "Amal" not in {
            *session.scalars(select(Person.name)),
            *session.scalars(select(Byline.name)),
        }
    assert "Amal" not in twin.browser().get("/posts/koren").text


def test_a_quiet_change_to_an_old_post_leaves_no_earlier_words(source: Source, twin: Twin) -> None:
    first, *_ = source.write(*NAMES)
    twin.mirror(source.url)
    source.correct(first, None, title="Inlägg 0", body="Utan namnet.", lab="boden")
    assert "1 changed" in twin.mirror(source.url)
    with twin.sessions() as session:
        post, live = twin.out(session)["Inlägg 0"]
        assert live.body == "Utan namnet."
        bodies = select(Revision.body).where(Revision.post_id == post.id)
        assert sorted(session.scalars(bodies)) == ["", "Utan namnet."]
        # its picture is not shown there any more: neither is it kept here
        assert not session.scalars(select(Picture).where(Picture.post_id == post.id)).all()


def test_a_picture_that_could_not_be_fetched_is_fetched_the_next_time(
    source: Source, twin: Twin
) -> None:
    source.write("Kören")
    key = source.db.scalars(
        select(Rendition.key).where(Rendition.extension == "jpg", Rendition.crop == "")
    ).one()
    data = source.store.get(key)
    source.store.delete(key)
    assert "Not brought in" in twin.mirror(source.url, status=1)
    assert twin.titled() == ["Kören"]
    source.store.put(key, data, "image/jpeg")
    assert twin.mirror(source.url) == "Dagboken i Boden: 1 changed."
    with twin.sessions() as session:
        assert len(twin.out(session)["Kören"][1].pictures) == 1


def test_what_was_worked_on_here_stays_but_goes_with_the_original(
    source: Source, twin: Twin
) -> None:
    (post,) = source.write("Kören", pictures=2)
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, live = twin.out(session)["Kören"]
        live.made_by_id = a_lead(session).account_id
        session.commit()
    source.recall(post)
    source.correct(post, None, title="Annat")
    assert "1 left alone" in twin.mirror(source.url)
    with twin.sessions() as session:
        copy, live = twin.out(session)["Kören"]
        states = select(Picture.recalled_at).where(Picture.post_id == copy.id)
        assert all(session.scalars(states))
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    assert "1 taken down" in twin.mirror(source.url)


def test_what_was_taken_down_here_stays_down(source: Source, twin: Twin) -> None:
    (post,) = source.write("Kören")
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, _ = twin.out(session)["Kören"]
        verdict = Verdict(Step.WITHDRAW, copy.live_id or 0, reason="wrong_facts")
        moderation.decide(session, a_lead(session), copy.id, verdict, NOW, HOUSE)
        session.commit()
    source.correct(post, "Rättat.", title="Annat")
    assert "1 left alone" in twin.mirror(source.url)
    assert twin.titled() == []


def test_where_the_source_moves_its_pictures_are_known(
    source: Source, twin: Twin, app: Flask
) -> None:
    (post,) = source.write("Kören", pictures=2)
    twin.mirror(source.url)
    with serving(app) as moved:
        assert twin.mirror(moved) == "Dagboken i Boden: nothing new."
        source.recall(post)
        said = "Dagboken i Boden: 1 changed, 1 with a picture taken away."
        assert twin.mirror() == said
    with twin.sessions() as session:
        assert session.scalar(select(func.count(Picture.id))) == 2


def test_a_picture_taken_away_here_never_comes_back(source: Source, twin: Twin) -> None:
    (post,) = source.write("Kören", pictures=2)
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        copy, live = twin.out(session)["Kören"]
        token = live.pictures[0].picture.token
        recall(session, a_lead(session), copy.id, token, NOW)
        errands.commit(session, twin.store)
    source.decide(post, Step.WITHDRAW, reason="wrong_facts")
    twin.mirror(source.url)
    source.decide(post, Step.RESTORE)
    twin.mirror(source.url)
    with twin.sessions() as session:
        _, live = twin.out(session)["Kören"]
        assert [one.alt for one in live.pictures] == ["Bild 1"]


def test_in_a_journey_that_has_ended_it_only_takes_down(source: Source, twin: Twin) -> None:
    gone, pictured, changed = source.write("Borta", "Bild", "Ord")
    twin.mirror(source.url)
    with twin.sessions() as session:
        begin_writing(session)
        closing.end(session, None, NOW, HOUSE.zone)
        session.commit()
    source.decide(gone, Step.WITHDRAW, words="Fel.")
    source.recall(pictured)
    source.correct(changed, None, title="Andra ord", body="Nya.", lab="boden")
    source.write("Ny")
    assert twin.mirror() == (
        "Dagboken i Boden: 1 taken down, 1 with a picture taken away, 3 left alone."
    )
    assert twin.titled() == ["Bild", "Ord"]
    with twin.sessions() as session:
        bare, _ = twin.out(session)["Bild"]
        here = select(Picture.recalled_at).where(Picture.post_id == bare.id)
        assert session.scalars(here).one() is not None
        begin_writing(session)
        closing.reopen(session, None, NOW, HOUSE.zone)
        session.commit()
    twin.mirror()
    assert twin.titled() == ["Bild", "Andra ord", "Ny"]


def test_a_journey_that_has_ended_begins_no_mirror(source: Source, twin: Twin) -> None:
    with twin.sessions() as session:
        begin_writing(session)
        closing.end(session, None, NOW, HOUSE.zone)
        session.commit()
    assert "--reopen" in twin.mirror(source.url, status=1)
