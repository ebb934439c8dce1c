"""Photos on the writing page: made smaller, upright, put in order, cut where it matters."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.media import images
from diary.media.storage import Storage
from diary.models import Picture
from tests.browser.on_a_phone import (
    SAVED,
    WORDS,
    a_phone,
    a_photo_file,
    choose,
    pictures,
    said,
    written,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("neighbourhood")]
Sessions = sessionmaker[Session]
TURNED = 6  # Exif: to be turned clockwise by a quarter


def of_a_phone(folder: Path) -> str:
    """A photo of 12 megapixels, lying on its side, with a red top left corner when upright."""
    image = Image.new("RGB", (4000, 3000), "#2d5d7b")
    image.paste("#c02020", (0, 2000, 1000, 3000))
    exif = Image.Exif()
    exif[0x0112] = TURNED
    exif[0x010F] = "A camera that tells"
    file = BytesIO()
    image.save(file, "JPEG", quality=95, exif=exif)
    path = folder / "stor.jpg"
    path.write_bytes(file.getvalue())
    return str(path)


def three(page: Page, folder: Path) -> None:
    """Three pictures that are with us."""
    choose(page, *(a_photo_file(folder, f"bild {number}.jpg") for number in range(3)))
    expect(pictures(page)).to_have_count(3)
    said(page, SAVED)


def tokens(page: Page) -> list[str | None]:
    """The pictures as they stand on the page."""
    return [row.get_attribute("data-token") for row in pictures(page).all()]


def unfold(page: Page, number: int) -> None:
    """Open what folds away behind a picture."""
    pictures(page).nth(number).locator("summary").click()


def test_a_photo_goes_upright_and_at_most_2560_pixels_long(
    chromium: Browser,
    served,
    sessions: Sessions,
    store: Storage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, prepare = list[bytes](), images.prepare

    def noted(data: bytes) -> images.Prepared:
        sent.append(data)
        return prepare(data)

    monkeypatch.setattr(images, "prepare", noted)
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, of_a_phone(tmp_path))
        expect(page.locator("#amount")).to_contain_text("1 picture")
        expect(pictures(page)).to_have_count(1)
    with sessions() as db:
        picture = db.scalars(select(Picture).where(Picture.post_id > 4)).one()
    assert (picture.width, picture.height) == (1920, 2560)
    image = Image.open(BytesIO(store.get(picture.original_key))).convert("RGB")
    red, green, _ = image.getpixel((100, 100))  # type: ignore[misc]
    assert red > 150 > green
    (body,) = sent
    assert b"A camera that tells" not in body


def test_what_the_phone_cannot_read_goes_as_it_is_and_is_refused_beside_it(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    wrong = tmp_path / "inget.jpg"
    wrong.write_bytes(b"no picture at all")
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, str(wrong), a_photo_file(tmp_path))
        expect(page.locator(".waiting .wrong:visible")).to_contain_text("inget.jpg")
        expect(pictures(page)).to_have_count(1)
        expect(page.locator(".waiting .retry")).to_be_hidden()
        expect(page.locator("#amount")).to_be_hidden()
        page.fill("#body", WORDS)
        page.click("#send")
        page.wait_for_url("**/sent")


def test_a_picture_that_is_with_us_is_seen_before_ours_has_come(
    chromium: Browser, served, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, context):
        context.route("**/media/**", lambda route: route.abort())
        choose(page, a_photo_file(tmp_path))
        expect(pictures(page)).to_have_count(1)
        page.wait_for_function("document.querySelector('[data-token] img').naturalWidth > 0")
        context.unroute_all()


def test_nobody_both_knows_and_does_not_know(chromium: Browser, served) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        know, unknown = (page.locator(f"[name=methods][value='{way}']") for way in ("kor", ""))
        know.check(force=True)
        unknown.check(force=True)
        expect(know).not_to_be_checked()
        know.check(force=True)
        expect(unknown).not_to_be_checked()


def test_photos_wait_for_wifi_or_for_a_word(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        page.check("#wifi")
        choose(page, a_photo_file(tmp_path))
        expect(page.locator(".waiting .progress")).to_have_text("Waits for wifi")
        expect(page.locator("#amount")).to_contain_text("MB")
        page.fill("#body", WORDS)
        said(page, SAVED)
        assert written(sessions).pictures == ()
        page.reload()
        expect(page.locator(".waiting .progress")).to_have_text("Waits for wifi")
        expect(page.locator("#wifi")).to_be_checked()
        page.get_by_role("button", name="Send the pictures now").click()
        expect(pictures(page)).to_have_count(1)


def test_order_by_buttons_and_by_dragging(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        three(page, tmp_path)
        one, two, last = tokens(page)
        unfold(page, 0)
        row = pictures(page).first
        expect(row.locator("button[value$=':up']")).to_be_hidden()
        row.locator("button[value$=':down']").focus()
        page.keyboard.press("Enter")
        assert tokens(page) == [two, one, last]
        unfold(page, 1)
        grip, goal = pictures(page).nth(2).locator(".grip"), pictures(page).first
        grip.scroll_into_view_if_needed()
        start, end = grip.bounding_box(), goal.bounding_box()
        assert start
        assert end
        page.mouse.move(start["x"] + 20, start["y"] + 20)
        page.mouse.down()
        page.mouse.move(end["x"] + 20, end["y"] + 20, steps=8)
        page.mouse.up()
        assert tokens(page) == [last, two, one]
        said(page, "Saved on this phone")
        said(page, SAVED)
    assert [picture.token for picture in written(sessions).pictures] == [last, two, one]


def test_taken_away_and_back(chromium: Browser, served, sessions: Sessions, tmp_path: Path) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        three(page, tmp_path)
        one, two, last = tokens(page)
        unfold(page, 1)
        pictures(page).nth(1).locator("button[value$=':away']").click()
        assert tokens(page) == [one, last]
        page.get_by_role("button", name="Undo").click()
        assert tokens(page) == [one, two, last]
        pictures(page).nth(0).locator("summary").click()
        pictures(page).nth(0).locator("button[value$=':away']").click()
        said(page, "Saved on this phone")
        said(page, SAVED)
        page.reload()
        assert tokens(page) == [two, last]


def test_taken_away_and_chosen_again(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    file = a_photo_file(tmp_path)
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, file)
        expect(pictures(page)).to_have_count(1)
        unfold(page, 0)
        pictures(page).locator("button[value$=':away']").click()
        said(page, "Saved on this phone")
        said(page, SAVED)
        assert written(sessions).pictures == ()
        choose(page, file)
        expect(pictures(page)).to_have_count(1)
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        page.wait_for_timeout(4000)
        assert len(written(sessions).pictures) == 1


def test_chosen_twice_it_is_one_picture_with_its_words(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    file = a_photo_file(tmp_path)
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, file)
        expect(pictures(page)).to_have_count(1)
        unfold(page, 0)
        page.fill("[name^=caption-]", "Vid stranden")
        choose(page, file)
        expect(page.locator(".waiting")).to_have_count(0)
        said(page, SAVED)
        (picture,) = written(sessions).pictures
        assert picture.caption == "Vid stranden"


def test_where_it_is_cut_is_tapped_or_moved_with_the_arrows(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        choose(page, a_photo_file(tmp_path))
        expect(pictures(page)).to_have_count(1)
        unfold(page, 0)
        image = page.locator("#pictures img")
        box = image.bounding_box()
        assert box
        image.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
        field = page.locator("input.focus")
        expect(field).to_have_value("0.25 0.75")
        page.locator("button.mark").press("ArrowRight")
        expect(field).to_have_value("0.30 0.75")
        said(page, "Saved on this phone")
        said(page, SAVED)
        faults = Axe().run(page).response["violations"]
    (picture,) = written(sessions).pictures
    assert (picture.focus_x, picture.focus_y) == (0.3, 0.75)
    assert [fault["id"] for fault in faults] == []


FILM = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 240];
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  for (let n = 0; n < 20; n++) {
    paint.fillStyle = `hsl(${n * 18} 80% 50%)`;
    paint.fillRect(0, 0, 320, 240);
    await new Promise((done) => setTimeout(done, 50));
  }
  recorder.stop();
  await new Promise((done) => (recorder.onstop = done));
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


def test_a_film_gives_a_picture(
    chromium: Browser, served, sessions: Sessions, tmp_path: Path
) -> None:
    with a_phone(chromium, served[0]) as (page, _):
        film = tmp_path / "film.webm"
        film.write_bytes(b64decode(page.evaluate(FILM)))
        choose(page, str(film))
        expect(page.locator(".waiting .wrong")).to_contain_text("Films are too big")
        page.get_by_role("button", name="Take this moment").click()
        expect(pictures(page)).to_have_count(1)
        expect(page.locator(".waiting")).to_have_count(0)
    (picture,) = written(sessions).pictures
    assert picture.token
