"""The funder's report: drawn, typed into, handed in, and what two leads do at once."""

import csv
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.addresses import new_uid
from diary.domain import moderation
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Event, HandedIn, Lab, Post, Report, Role, begin_writing
from diary.queries import report as queries
from tests.builders import HOUSE, NOW, a_lab, a_lead, a_post, an_account
from tests.conftest import Browser

WHOLE = {"from": "2019-05", "to": "2019-07"}


@pytest.fixture
def told(db: Session, alice: Account, lab: Lab) -> tuple[Post, ...]:
    """Posts in May and July, so that June is silent."""
    posts = [a_post(db, alice, lab="boden", title=f"Inlägg {n}") for n in range(6)]
    posts.append(a_post(db, alice, title="I juli", dated=date(2019, 7, 1)))
    db.commit()
    return tuple(posts)


def form(**values: object) -> dict[str, object]:
    return {**WHOLE, "edition": "0", **values}


def copies(db: Session) -> list[HandedIn]:
    db.rollback()
    return list(db.scalars(select(HandedIn).order_by(HandedIn.id)))


def kept(db: Session) -> Report:
    db.rollback()
    db.expire_all()
    return db.scalars(select(Report)).one()


# ---------------------------------------------------------------- the page


def test_an_empty_diary_has_nothing_to_tell(as_lead: Browser) -> None:
    text = as_lead.get("/moderation/report").text
    assert "<svg" not in text
    assert '<form method="post" class="form"' not in text
    assert as_lead.get("/moderation/report/posts").status_code == 200
    assert as_lead.get("/moderation/report.csv").status_code == 200


@pytest.mark.usefixtures("told")
def test_each_drawing_has_words_and_the_table_its_numbers(as_lead: Browser) -> None:
    text = as_lead.get("/moderation/report").text
    drawn = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawn) >= 4
    for one in drawn:
        title, more = re.search(r'labelledby="(\S+)" aria-describedby="(\S+)"', one).groups()  # type: ignore[union-attr]
        assert f'<title id="{title}">' in one
        assert f'<desc id="{more}">' in one
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert 'class="silent"' in drawn[0]
    row = re.search(r'<th scope="row"><bdi>Boden</bdi></th>(.*?)</tr>', text, re.DOTALL)
    assert row
    assert re.findall(r">(\d+)<", row[1]) == ["6", "0", "6", "0", "0", "6"]


@pytest.mark.usefixtures("told")
def test_a_lab_alone(as_lead: Browser) -> None:
    text = as_lead.get("/moderation/report?lab=boden").text
    assert 'id="group-labs"' not in text
    assert as_lead.get("/moderation/report?lab=x").status_code == 404


@pytest.mark.parametrize("words", ["from=maj", "to=2019-13", "from=0000-01"])
def test_no_month_is_not_found(as_lead: Browser, words: str) -> None:
    assert as_lead.get(f"/moderation/report?{words}").status_code == 404


@pytest.mark.usefixtures("told")
def test_too_long_a_time_is_said_at_its_field(as_lead: Browser) -> None:
    answer = as_lead.get("/moderation/report?from=1990&to=2019", headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "at most 240 months" in answer.text


def test_a_very_long_name_stays_text(db: Session, alice: Account, as_lead: Browser) -> None:
    name = "<b>" + "Oändlighetsverkstaden" * 9
    a_lab(db, "lang", name)
    a_post(db, alice, lab="lang")
    db.commit()
    text = as_lead.get("/moderation/report").text
    assert "<b>Oänd" not in text
    assert "&lt;b&gt;Oänd" in text


def test_only_the_lead_reads_it(as_coordinator: Browser, as_author: Browser) -> None:
    for browser in (as_coordinator, as_author):
        assert browser.get("/moderation/report").status_code == 403


def test_ten_thousand_posts_are_counted_fast(db: Session, alice: Account, as_lead: Browser) -> None:
    post = a_post(db, alice)
    db.flush()
    columns = [c.key for c in Post.__table__.columns]
    same = {name: getattr(post, name) for name in columns if name not in {"id", "form_key"}}
    db.execute(
        Post.__table__.insert(),  # type: ignore[attr-defined]
        [
            {**same, "uid": new_uid(), "short": f"s{n}", "slug": f"s{n}", "sequence": 10 + n}
            for n in range(10_000)
        ],
    )
    db.commit()
    assert as_lead.get("/moderation/report").status_code == 200


# ---------------------------------------------------------------- the lead's words


@pytest.mark.usefixtures("told")
def test_words_are_kept_and_shown(db: Session, as_lead: Browser) -> None:
    typed = form(comment="En vår.\r\n<b>Fet</b>", **{"reason-2019-06": "Semester"})
    answer = as_lead.post("/moderation/report", data=typed)
    assert answer.status_code == 303
    text = as_lead.get(answer.location).text
    assert "En vår.\n&lt;b&gt;Fet&lt;/b&gt;</div>" in text
    assert "<bdi>Semester</bdi>" in text
    assert kept(db).edition == 1
    actions = db.scalars(select(Event.action).order_by(Event.id.desc()).limit(1)).all()
    assert actions == ["write_report"]


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("pressed", "shown"),
    [
        ({"do": "show:2018"}, "?from=2018&to=2018"),
        ({"do": "show", "show-from": "2019-07", "show-to": "2019-08", "show-lab": "boden"},
         "?from=2019-07&to=2019-08&lab=boden"),
        ({"do": "show", "show-from": "2019-05", "show-to": "2019-07"},
         "?from=2019-05&to=2019-07#add"),
    ],
)  # fmt: skip
def test_another_time_is_shown_and_nothing_typed_is_lost(
    db: Session, as_lead: Browser, pressed: dict[str, str], shown: str
) -> None:
    answer = as_lead.post("/moderation/report", data=form(comment="Halva") | pressed)
    assert answer.location == f"/moderation/report{shown}"
    assert kept(db).comment == "Halva"


@pytest.mark.usefixtures("told")
def test_enter_in_a_field_saves(as_lead: Browser) -> None:
    """The browser presses the form's first button (HTML, implicit submission)."""
    text = as_lead.get("/moderation/report").text
    buttons = re.findall(r"<button[^>]*(?:name=\"do\")[^>]*value=\"([^\"]+)\"", text)
    assert buttons[0] == "show"


@pytest.mark.usefixtures("told")
def test_what_cannot_be_kept_comes_back(db: Session, as_lead: Browser) -> None:
    typed = form(comment="Mina ord", **{"reason-2019-06": "x" * 201})
    answer = as_lead.post("/moderation/report", data=typed)
    assert answer.status_code == 422
    assert "Mina ord" in answer.text
    assert "x" * 201 in answer.text
    db.rollback()
    assert db.scalar(select(Report)) is None


@pytest.mark.usefixtures("told")
def test_two_leads_at_once_lose_nothing(
    db: Session, as_lead: Browser, log_in: Callable[[Account], Browser]
) -> None:
    begin_writing(db)
    other = an_account(db, "lovisa", Role.LEAD)
    db.commit()
    assert as_lead.post("/moderation/report", data=form(comment="Mina")).status_code == 303
    browser = log_in(other)
    answer = browser.post("/moderation/report", data=form(comment="Hennes"))
    assert answer.status_code == 409
    assert "Mina</div>" in answer.text
    assert "Hennes</textarea>" in answer.text
    edition = re.search(r'name="edition" value="(\d+)"', answer.text)
    assert edition
    again = browser.post("/moderation/report", data=form(comment="Hennes", edition=edition[1]))
    assert again.status_code == 303
    assert (kept(db).comment, kept(db).edition) == ("Hennes", 2)


# ---------------------------------------------------------------- the examples


def test_posts_are_chosen_and_put_in_order(
    db: Session, as_lead: Browser, told: tuple[Post, ...]
) -> None:
    uids = [str(post.uid) for post in told]
    may = {**WHOLE, "month": "2019-05", "shown": uids[:6], "example": uids[:2]}
    assert as_lead.post("/moderation/report/posts", data=may).status_code == 303
    july = {**WHOLE, "month": "2019-07", "shown": uids[6:], "example": uids[6:]}
    assert as_lead.post("/moderation/report/posts", data=july).status_code == 303
    assert kept(db).chosen == [uids[0], uids[1], uids[6]]
    assert (
        f'value="{uids[1]}" checked'
        in as_lead.get("/moderation/report/posts", query_string=WHOLE).text
    )
    up = form(edition=kept(db).edition, example=kept(db).chosen, do=f"{uids[6]}:up")
    as_lead.post("/moderation/report", data=up)
    away = form(edition=kept(db).edition, example=kept(db).chosen, do=f"{uids[0]}:away")
    as_lead.post("/moderation/report", data=away)
    assert kept(db).chosen == [uids[6], uids[1]]


def test_a_sixth_post_is_refused_and_nothing_unticked(
    db: Session, as_lead: Browser, told: tuple[Post, ...]
) -> None:
    uids = [str(post.uid) for post in told[:6]]
    answer = as_lead.post(
        "/moderation/report/posts", data={**WHOLE, "shown": uids, "example": uids}
    )
    assert answer.status_code == 422
    assert answer.text.count(" checked") == 6
    db.rollback()
    assert db.scalar(select(Report)) is None


@pytest.mark.usefixtures("told")
def test_nonsense_is_no_example(db: Session, as_lead: Browser) -> None:
    answer = as_lead.post("/moderation/report", data=form(comment="x", example=["1", "'"]))
    assert answer.status_code == 303
    assert kept(db).chosen == []


# ---------------------------------------------------------------- handed in


def test_a_copy_never_changes(
    db: Session, as_lead: Browser, told: tuple[Post, ...], lab: Lab
) -> None:
    chosen = form(comment="Så var det.", example=str(told[0].uid), do="hand_in")
    answer = as_lead.post("/moderation/report", data=chosen)
    address = answer.location
    (copy,) = copies(db)
    assert address == f"/moderation/report/{copy.id}"
    assert (copy.first, copy.last) == (date(2019, 5, 1), date(2019, 7, 31))
    before, table = as_lead.get(address).text, as_lead.get(f"{address}.csv").text
    begin_writing(db)
    for post in told:
        live = db.get_one(Post, post.id).live_id or 0
        moderation.decide(
            db, a_lead(db), post.id, Verdict(Step.WITHDRAW, live, words="Nej"), NOW, HOUSE
        )
    db.get_one(Lab, lab.id).name = "Annat"
    db.get_one(Lab, lab.id).slug = "annat"
    db.commit()
    article = re.compile(r"<article.*</article>", re.DOTALL)
    after = as_lead.get(address).text
    assert article.findall(after) == article.findall(before) != []
    assert as_lead.get(f"{address}.csv").text == table
    assert "Inlägg 0" in after
    for word in ("Amal", "/pictures/"):
        assert word not in str(copy.content)


@pytest.mark.usefixtures("told")
def test_pressed_twice_it_is_one_copy(db: Session, as_lead: Browser) -> None:
    first = as_lead.post("/moderation/report", data=form(comment="Klart", do="hand_in"))
    again = as_lead.post(
        "/moderation/report", data=form(comment="Klart", edition="1", do="hand_in")
    )
    assert first.location == again.location
    more = as_lead.post("/moderation/report", data=form(comment="Mer", edition="1", do="hand_in"))
    assert more.location != first.location
    assert len(copies(db)) == 2
    listed = as_lead.get("/moderation/report").text
    assert first.location in listed
    assert db.scalars(select(Event.subject_id).where(Event.action == "hand_in")).all() == [1, 2]


@pytest.mark.usefixtures("told")
def test_two_leads_hand_in_at_once(
    db: Session, as_lead: Browser, lea: Account, log_in: Callable[[Account], Browser]
) -> None:
    as_lead.post("/moderation/report", data=form(comment="Klart"))
    browsers = [log_in(lea) for _ in range(4)]
    typed = form(comment="Klart", edition="1", do="hand_in")
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda one: one.post("/moderation/report", data=typed), browsers))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == len(copies(db)) == 1


def test_no_such_copy(as_lead: Browser) -> None:
    assert as_lead.get("/moderation/report/9").status_code == 404
    assert as_lead.get("/moderation/report/9.csv").status_code == 404


@pytest.mark.usefixtures("told")
def test_what_is_kept_comes_back_whole(db: Session) -> None:
    content = queries.content(db, "Dagboken", queries.whole(db), None)  # type: ignore[arg-type]
    period = content.numbers.period
    copy = HandedIn(first=period.first, last=period.last, content=queries.to_json(content))
    assert queries.from_json(copy) == content


@pytest.mark.usefixtures("told")
def test_the_table_opens_in_a_spreadsheet(as_lead: Browser) -> None:
    answer = as_lead.get("/moderation/report.csv", query_string=WHOLE)
    assert answer.mimetype == "text/csv"
    assert "report-2019-05-2019-07.csv" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["all"] for row in rows if row["key"] == "boden"] == ["6"]
