"""Yeses that stand, on their pages: one tap, a form with a code, a paper that nobody else sees."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from diary.media.storage import Storage
from diary.models import Account, Consent, Lab, Post, Role, StandingConsent, Status
from tests.builders import a_lab, a_photo, a_post, an_account
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}
YES = {"name": "Fatima", "lab": "boden", "given": "paper", "use": "diary", "until": "2020-05-01"}


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post with a picture that waits."""
    post = a_post(db, alice, Status.SUBMITTED, store=store, pictures=1, lab="boden")
    db.commit()
    return post


def the_yes(db: Session) -> StandingConsent:
    db.rollback()
    return db.scalars(select(StandingConsent)).one()


def paper(data: bytes = b"", name: str = "papper.jpg") -> dict[str, object]:
    return {"paper": (BytesIO(data or a_photo("#ffffff", (300, 400))), name)}


def test_one_tap_decides(db: Session, as_coordinator: Browser, post: Post) -> None:
    assert as_coordinator.post("/moderation/consents", data=YES).status_code == 303
    page = as_coordinator.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Fatima, until 1 May 2020" in page.replace("\u2068", "").replace("\u2069", "")
    token = re.search(r"/pictures/([\w-]+)/recall", page)
    assert token
    address = f"/moderation/{post.id}/pictures/{token[1]}"
    chosen = {"standing": the_yes(db).id}
    assert as_coordinator.post(address, data=chosen).status_code == 303
    page = as_coordinator.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Yes, from Fatima · until 1 May 2020" in page
    standing_id = the_yes(db).id
    assert db.scalars(select(Consent)).one().standing_id == standing_id
    as_coordinator.post(f"/moderation/consents/{the_yes(db).id}/withdraw")
    page = as_coordinator.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "The yes has ended" in page
    assert as_coordinator.post(address, data=chosen).status_code == 409


def test_what_was_typed_comes_back(as_lead: Browser, lab: Lab) -> None:
    for until in ("", "i maj", "1999-01-01"):
        answer = as_lead.post("/moderation/consents", data={**YES, "until": until})
        assert answer.status_code == 422
        assert 'value="Fatima"' in answer.text
        assert f'value="{until}"' in answer.text
        assert answer.text.count('class="wrong"') == 1


def test_a_form_is_printed_in_each_language_and_its_code_files_the_paper(
    db: Session, store: Storage, as_coordinator: Browser, lab: Lab
) -> None:
    answer = as_coordinator.post("/moderation/consents", data={**YES, "given": "form"})
    address = f"/moderation/consents/{the_yes(db).id}/form"
    assert answer.location.endswith(address)
    link = f"/moderation/consents/{the_yes(db).uid}/paper"
    for lang, said in (("sv", "Ja till bilder"), ("en", "Yes to pictures"), ("ar", "rtl")):
        sheet = as_coordinator.get(f"{address}?lang={lang}").text
        assert said in sheet
        assert f'<section class="poster to-sign" lang="{lang}"' in sheet
    page = as_coordinator.get(address).text
    assert read_code(page) == f"http://localhost{link}"
    assert "Not signed yet" in as_coordinator.get("/moderation/consents", headers=ENGLISH).text
    assert as_coordinator.get(link).status_code == 200
    assert as_coordinator.post(link, data=paper()).status_code == 303
    assert "Not signed yet" not in as_coordinator.get("/moderation/consents", headers=ENGLISH).text
    assert store.exists(the_yes(db).scan_key or "")


def read_code(page: str) -> str:
    """The text of a page's QR code, drawn from its SVG path: rows of `m dx dy` and `h length`."""
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg
    side = int(re.search(r'viewBox="0 0 (\d+)', svg[0])[1])  # type: ignore[index]
    image, x, y = Image.new("L", (side, side), 255), 0.0, 0.0
    path = re.findall(r'd="([^"]+)"', svg[0])[-1]
    for step, args in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(part) for part in args.split()]
        if step == "h":
            image.paste(0, (int(x), int(y), int(x + numbers[0]), int(y) + 1))
            x += numbers[0]
        else:
            start = (0.0, 0.0) if step == "M" else (x, y)
            x, y = start[0] + numbers[0], start[1] + numbers[1]
    found = zxingcpp.read_barcodes(image.resize((side * 8, side * 8), Image.Resampling.NEAREST))
    return found[0].text


def test_the_paper_is_for_moderators_of_its_place_alone(
    db: Session,
    store: Storage,
    log_in: Callable[[Account], Browser],
    as_coordinator: Browser,
    as_lead: Browser,
    as_author: Browser,
    client: Browser,
) -> None:
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    db.commit()
    as_coordinator.post("/moderation/consents", data=YES)
    one = the_yes(db)
    link, address = f"/moderation/consents/{one.uid}/paper", f"/moderation/consents/{one.id}/paper"
    assert as_coordinator.get(address).status_code == 404
    assert as_coordinator.post(link, data=paper(b"hej", "hej.txt")).status_code == 422
    assert as_coordinator.post(link, data={}).status_code == 422
    as_coordinator.post(link, data=paper())
    for browser in (as_coordinator, as_lead):
        answer = browser.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-store"
    other = log_in(olle)
    for browser, status in ((client, 303), (as_author, 403), (other, 404)):
        for way in (address, link):
            assert browser.get(way).status_code == status
    assert other.post(link, data=paper()).status_code == 404
    key = the_yes(db).scan_key or ""
    assert other.post(f"{address}/remove").status_code == 404
    assert client.get(f"/{key}").status_code == 404
    assert client.get(f"/uploads/{key}").status_code == 404
    assert as_coordinator.post(f"{address}/remove").status_code == 303
    assert as_coordinator.get(address).status_code == 404
    assert the_yes(db).scan_key is None


def test_a_paper_may_weigh_as_much_as_a_photo(
    db: Session, as_coordinator: Browser, lab: Lab
) -> None:
    as_coordinator.post("/moderation/consents", data=YES)
    large = BytesIO()
    Image.effect_noise((1700, 1700), 90).convert("RGB").save(large, "PNG")
    assert len(large.getvalue()) > 2 * 1024**2
    link = f"/moderation/consents/{the_yes(db).uid}/paper"
    # Packed here: the test client would leave a file of this size open.
    file = FileStorage(BytesIO(large.getvalue()), "papper.png")
    boundary, body = encode_multipart({"csrf_token": as_coordinator._csrf_token(), "paper": file})
    kind = f"multipart/form-data; boundary={boundary}"
    assert as_coordinator.post(link, data=body, content_type=kind).status_code == 303
