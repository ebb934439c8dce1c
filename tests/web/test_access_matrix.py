"""Who gets in where: every address that is not everybody's, for everybody who could knock."""

import shutil
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from diary.config import Settings
from diary.domain import cards, invitations, report
from diary.domain.accounts import actor_of
from diary.domain.invitations import Offer
from diary.media.storage import Storage, content_key
from diary.models import (
    Account,
    Device,
    Given,
    Lab,
    NeverShow,
    News,
    Objection,
    Passkey,
    Picture,
    Reading,
    Role,
    StandingConsent,
    Status,
    Telling,
)
from diary.queries.periods import Period
from diary.web.guards import Access, access_of
from tests.builders import NOW, a_lab, a_lead, a_method, a_post, an_account
from tests.conftest import Browser, browser_of

LogIn = Callable[[Account], Browser]
SECRET = "a key for tests only"

# Each address leads to Alice's account, or to her post about Boden and what belongs to it.
WHO = ("visitor", "alice", "bob", "cora of boden", "kim of rinkeby", "lead")
MATRIX = {
    # all who are logged in, with what is their own
    "-+++++": """
        cards.own:GET devices.own:GET devices.sign_out_elsewhere:POST live.keep:POST
        live.token:GET mine.mine:GET own.forget_me:GET+POST own.me:GET+POST own.minor:POST
        own.page_about:POST own.take_out:POST passkeys.add:POST passkeys.options_to_add:POST
        passkeys.own:GET phone.share:POST readers.first:GET readers.own:GET readers.say:POST
        writing.begin:POST writing.write:GET
    """,
    # authors: whoever needs a password has no card
    "-++---": """
        cards.own:POST
    """,
    # the post's writer, and whoever reads for its lab
    "-+-+-+": """
        history.bring_back:POST history.listed:GET history.show:GET live.photo:POST
        writing.edit:GET writing.keep:POST
    """,
    # whose it is
    "-+----": """
        cards.picture:GET devices.sign_out:POST history.answer:POST history.changed:GET
        mine.answer:POST mine.delete:POST mine.sent:GET mine.take_back:POST mine.take_down:POST
        passkeys.remove:POST
    """,
    # who was asked to read that post
    "--+---": """
        readers.answer:POST readers.asked:GET
    """,
    # moderators, each seeing their own labs
    "---+++": """
        admin.invitations:GET+POST admin.places:GET admin.ways:GET cards.listing:GET
        cards.sheet:GET+POST deputies.deputy:GET
        deputies.name:POST devices.share:POST devices.shared_ones:GET moderation.events:GET
        moderation.posts:GET moderation.queue:GET moderation.together:POST never_shown.keep:POST
        never_shown.listed:GET objections.listed:GET question.ask:POST question.question:GET
        standing.file:POST standing.listed:GET telling.to_tell:GET undecided.listed:GET
    """,
    # who looks after the lab it belongs to, and the lead
    "---+-+": """
        admin.grown_up:POST admin.invitation:GET admin.place:GET+POST
        admin.place_pictures:GET+POST admin.poster:GET admin.revoke:POST admin.way:GET+POST
        admin.way_pictures:GET+POST
        blurring.blur:POST blurring.draw:GET cards.renew:POST cards.show:GET devices.revoke:POST
        devices.theirs:GET moderation.decide:POST moderation.picture:POST moderation.read:POST
        moderation.show:GET moderation.take_back:POST never_shown.remove:POST
        objections.answer:POST objections.recall:POST readers.ask:POST standing.file_paper:POST
        standing.form:GET standing.paper:GET standing.paper_page:GET standing.remove_paper:POST
        standing.withdraw:POST telling.tick:POST undecided.decide:POST
    """,
    # the lead
    "-----+": """
        admin.closing:GET+POST admin.handed_over:GET
        admin.forget:POST admin.forget_data:POST admin.merge:POST admin.merge_names:GET+POST
        admin.merge_places:GET admin.merge_ways:GET admin.name:GET+POST admin.names:GET+POST
        admin.overview:GET admin.page:GET+POST admin.page_address:POST admin.people:GET
        admin.people_data:GET+POST admin.person:GET+POST
        admin.place_address:POST admin.places:POST admin.settings:GET+POST
        admin.split:GET+POST admin.take_out_data:POST admin.use_name:POST admin.use_way:POST
        admin.way_address:POST admin.ways:POST handouts.listed:GET journal.table:GET
        moderation.seen:POST report.handed_in:GET report.handed_in_table:GET
        report.posts:GET+POST report.show:GET report.table:GET report.write:POST
    """,
    # nobody without the report of a forgetting just done
    "------": """
        admin.report_data:POST
    """,
}


@pytest.fixture
def places(db: Session, lab: Lab) -> Lab:
    """Another lab, and a method first tried in Boden."""
    a_method(db, "kor").first_lab_id = lab.id
    return a_lab(db, "rinkeby")


@pytest.fixture
def values(
    db: Session, lab: Lab, places: Lab, alice: Account, bob: Account, cora: Account, store: Storage
) -> dict[str, object]:
    """What the addresses name: all of it Alice's, or Boden's."""
    alice.person.lab_id, alice.person.slug = lab.id, "alice"
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", store=store, pictures=1)
    picture = db.scalars(select(Picture)).one()
    paper = content_key("papers", b"signed", "jpg")
    store.put(paper, b"signed", "image/jpeg")
    rows = {
        "objection_id": Objection(
            uid=uuid.uuid4(), token="t", post_id=post.id, at=NOW, answer_by=NOW, lang="sv"
        ),
        "telling_id": Telling(post_id=post.id, account_id=alice.id, news=News.OUT, at=NOW),
        "reading_id": Reading(
            post_id=post.id, revision_id=post.waiting_id, reader_id=bob.id, asked_at=NOW
        ),
        "standing_id": StandingConsent(
            uid=uuid.uuid4(),
            lab_id=lab.id,
            name="Fatima",
            given=Given.PAPER,
            made_at=NOW,
            scan_key=paper,
            scan_type="image/jpeg",
        ),
        "one_id": NeverShow(lab_id=lab.id, name="Nour", made_at=NOW),
        "passkey_id": Passkey(
            account_id=alice.id, credential_id=b"x", public_key=b"x", sign_count=0, made_at=NOW
        ),
    }
    db.add_all(rows.values())
    offer = Offer(Role.AUTHOR, labs=("boden",), uses=3)
    invitation = invitations.invite(db, actor_of(cora), offer, NOW, SECRET)
    cards.issue(db, alice, NOW, SECRET, by_id=None)
    month = report.Scope(Period(NOW.date().replace(day=1), NOW.date()))
    handed_in = report.hand_in(db, a_lead(db), month, "Rapport", NOW)
    db.commit()
    return {name: row.id for name, row in rows.items()} | {  # type: ignore[attr-defined]
        "post_id": post.id,
        "revision_id": post.waiting_id,
        "token": picture.token,
        "account_id": alice.id,
        "person_id": alice.person_id,
        "invitation_id": invitation.id,
        "report_id": handed_in.id,
        "uid": rows["standing_id"].uid,  # type: ignore[attr-defined]
    }


@pytest.fixture
def people(
    app: Flask, db: Session, log_in: LogIn, places: Lab, alice: Account, bob: Account, cora: Account
) -> dict[str, Browser]:
    """Everybody's browser."""
    kim = an_account(db, "kim", Role.COORDINATOR, labs=(places,))
    lead = an_account(db, "lea", Role.LEAD)
    db.commit()
    accounts = dict(zip(WHO[1:], (alice, bob, cora, kim, lead), strict=True))
    return {"visitor": browser_of(app)} | {who: log_in(one) for who, one in accounts.items()}


@pytest.fixture
def put_back(app: Flask, settings: Settings, people: dict[str, Browser]) -> Callable[[], None]:
    """Puts the database back as it was before somebody knocked."""
    engine = app.extensions["diary"].sessions.kw["bind"]
    file, kept = settings.instance / "diary.db", settings.instance / "kept.db"
    engine.dispose()
    shutil.copy(file, kept)

    def copy() -> None:
        engine.dispose()
        for more in ("-wal", "-shm"):
            file.with_name(file.name + more).unlink(missing_ok=True)
        shutil.copy(kept, file)

    return copy


SLUGS = {"admin.page": "about"} | dict.fromkeys(
    ("admin.way", "admin.way_address", "admin.way_pictures", "admin.use_way", "admin.merge_ways"),
    "kor",
)


class Knocking:
    """Everybody at every door, each as if nobody had knocked before."""

    def __init__(self, app: Flask, people: dict[str, Browser], values: dict[str, object]) -> None:
        self._app = app
        self._values = values
        self._name = app.config["SESSION_COOKIE_NAME"]
        cookies = {who: browser.get_cookie(self._name) for who, browser in people.items()}
        self._cookies = {who: cookie.value if cookie else "" for who, cookie in cookies.items()}

    def gets_in(self, who: str, rule: Rule, method: str) -> bool:
        """Whether somebody is let in: what they send may still be wrong, or come too late."""
        browser = browser_of(self._app)
        if cookie := self._cookies[who]:
            browser.set_cookie(self._name, cookie)
        named = {"slug": SLUGS.get(rule.endpoint, "boden"), "kind": "lab", "lang": "sv"}
        chosen = {name: (named | self._values)[name] for name in rule.arguments}
        address = self._app.url_map.bind("localhost").build(rule.endpoint, chosen, method=method)
        form = self._forms().get(rule.endpoint) if method == "POST" else None
        with browser.open(address, method=method, **({"data": form} if form else {})) as answer:
            assert answer.status_code < 500, address
            at_the_door = answer.status_code == 303 and answer.location.startswith("/login")
            return answer.status_code not in {401, 403, 404} and not at_the_door

    def _forms(self) -> dict[str, dict[str, object]]:
        """What is read before anybody is asked who they are."""
        revision = {"revision_id": self._values["revision_id"]}
        return {
            "moderation.decide": {"step": "publish", **revision},
            "moderation.picture": {"decision": "nobody"},
            "undecided.decide": {"decision": "nobody", "picture": self._values["token"]},
            "readers.ask": {"reader": self._values["bob"], **revision},
        }


@pytest.mark.sqlite_only("the file is laid back after each of hundreds of knocks")
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(
    app: Flask,
    db: Session,
    values: dict[str, object],
    people: dict[str, Browser],
    put_back: Callable[[], None],
    alice: Account,
    bob: Account,
) -> None:
    values["device_id"] = db.scalar(select(Device.id).where(Device.account_id == alice.id))
    values["bob"] = bob.id
    db.close()
    knocking, found = Knocking(app, people, values), {}
    for rule in app.url_map.iter_rules():
        with app.app_context():
            if access_of(rule.endpoint) in {Access.PUBLIC, Access.FORM}:
                continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            row = []
            for who in WHO:
                row.append("+" if knocking.gets_in(who, rule, method) else "-")
                if method == "POST":
                    put_back()
            found[f"{rule.endpoint} {method}"] = "".join(row)
    listed = {
        f"{endpoint} {method}": marks
        for marks, doors in MATRIX.items()
        for endpoint, methods in (door.split(":") for door in doors.split())
        for method in methods.split("+")
    }
    assert found == listed
