"""One table: error → status → a kind sentence in the reader's language."""

from flask import Flask, Response, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from diary.domain.errors import (
    DiaryError,
    Ended,
    Invalid,
    InvitationOver,
    LastLead,
    NotAllowed,
    NotFound,
    NotPossible,
    NotRead,
    Overtaken,
    OwnDeviceOnly,
    Problem,
    TooManyTries,
)
from diary.media.storage import StorageAway, StorageFull
from diary.web.guards import from_script
from diary.web.rendering import page
from diary.web.session import undo

WORDS = ("title", "body", "gist", "words")
"""Fields of what cannot be sent any more, to be copied."""

STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    NotAllowed: 403,
    OwnDeviceOnly: 403,
    NotPossible: 409,
    NotRead: 409,
    Overtaken: 409,
    LastLead: 409,
    InvitationOver: 410,
    TooManyTries: 429,
    Invalid: 422,
    StorageAway: 503,
    OperationalError: 503,
    StorageFull: 507,
}

SAYS: dict[type[Exception] | int, tuple[object, object]] = {
    400: (
        lazy("That did not arrive as it should"),
        lazy("Go back and try once more."),
    ),
    403: (
        lazy("This is not open to you"),
        lazy("Log in with another account, or ask the one who invited you."),
    ),
    OwnDeviceOnly: (
        lazy("This is a shared device"),
        lazy("Do that on a phone or computer of your own."),
    ),
    404: (
        lazy("There is nothing here"),
        lazy("The address may be misspelt. Begin at the first page or look in the whole journey."),
    ),
    405: (lazy("That cannot be done here"), lazy("Go back and use the buttons on the page.")),
    409: (
        lazy("Somebody was faster"),
        lazy("Something has changed meanwhile. Look at the page again before you decide."),
    ),
    410: (
        lazy("This has been taken down"),
        lazy("It was here once, but it is not shown any more."),
    ),
    413: (
        lazy("That is too much at once"),
        lazy("Go back and send fewer or smaller pictures."),
    ),
    422: (
        lazy("Something is missing or too much"),
        lazy("Go back and look at what you filled in."),
    ),
    429: (
        lazy("Too many tries"),
        lazy("Wait a little and try again."),
    ),
    500: (
        lazy("Something went wrong with us"),
        lazy("It is not your fault. Go back and try again in a moment."),
    ),
    503: (
        lazy("The pictures cannot be reached just now"),
        lazy("Go back, keep what you typed, and try again in a minute."),
    ),
    OperationalError: (
        lazy("The diary cannot be reached just now"),
        lazy("Go back, keep what you typed, and try again in a minute."),
    ),
    507: (
        lazy("There is no room left"),
        lazy(
            "The diary's disk is full. Go back, keep what you typed, "
            "and tell the one who looks after the diary."
        ),
    ),
    NotPossible: (
        lazy("That is not possible now"),
        lazy("The post has moved on meanwhile. Look at it again."),
    ),
    NotRead: (
        lazy("Nobody has read this yet"),
        lazy("Ask somebody who reads its language. After that it can go out."),
    ),
    LastLead: (
        lazy("One lead must stay"),
        lazy("Make somebody else a lead first."),
    ),
    InvitationOver: (
        lazy("This invitation is no longer valid"),
        lazy("Ask the person who gave it to you for a new one."),
    ),
}


def sentence(problem: Problem) -> str:
    """What is wrong with a field, in the reader's language."""
    facts = {
        name: format_decimal(fact) if isinstance(fact, int) else fact
        for name, fact in problem.facts.items()
    }
    return str(PROBLEMS[problem.key]) % facts


PROBLEMS: dict[str, object] = {
    "control": lazy("There is an invisible control character in it. Type it again without."),
    "too_long": lazy("This is too long: at most %(limit)s characters."),
    "future": lazy("That day has not come yet. Choose today or an earlier day."),
    "not_within_a_year": lazy("Choose a day from today on, within a year."),
    "not_ahead": lazy("Choose a day and a time ahead, within a year."),
    "not_within": lazy("Write a number from %(least)s to %(limit)s."),
    "past": lazy("That day is over. Choose today or a later day."),
    "too_early": lazy("That day is too long ago. Look at the year."),
    "other_name": lazy("Write the diary’s name here as it is: %(name)s."),
    "posts_wait": lazy("Posts wait to be read. Look at them first, or tick this."),
    "nothing_ticked": lazy("Tick a picture first, or all on this page."),
    "no_box": lazy("Draw a box first, so that something is covered."),
    "not_a_day": lazy("This is no day. Write it like 2019-05-17."),
    "unknown_lab": lazy("There is no such place. Choose one from the list."),
    "no_such_post": lazy(
        "No other post here has this address. Open the post, copy its address, and paste it here."
    ),
    "unknown_method": lazy("There is no such way of working. Choose from the list."),
    "no_address": lazy("An address needs letters or digits. Write a short word."),
    "address_taken": lazy("%(name)s has this address. Choose another."),
    "address_leads_on": lazy("This address still leads to %(name)s. Choose another."),
    "same": lazy("Choose another than the one itself."),
    "two_accounts": lazy(
        "Both have an account, and two accounts cannot become one. "
        "Merge somebody without an account."
    ),
    "no_posts": lazy("Tick at least one post."),
    "logs_in": lazy("They have an account. Close it first, at People."),
    "unknown_reason": lazy("That is not on the list. Choose one from it."),
    "second_kind_missing": lazy("Say what the second text is, or empty its field."),
    "not_a_link": lazy("This is no web address. Copy it whole; it begins with https://."),
    "too_many_chosen": lazy("%(limit)s pictures are enough. Take one away first."),
    "unknown_choice": lazy("That cannot be chosen. Choose one from the list."),
    "too_many": lazy("At most %(limit)s names fit under a post."),
    "too_many_pictures": lazy("At most %(limit)s pictures fit into a post."),
    "too_many_examples": lazy("At most %(limit)s posts fit. Untick one first."),
    "too_many_months": lazy("A report holds at most %(limit)s months. Choose a shorter time."),
    "left_out": lazy(
        "At most %(limit)s pictures fit into a post. %(name)s is the first that was left out."
    ),
    "not_an_image": lazy("%(name)s is no picture we can read. Send a photo (JPEG, PNG, HEIC …)."),
    "is_a_film": lazy(
        "%(name)s is a film, and films cannot be sent. A still picture from it or a link to it can."
    ),
    "broken_image": lazy("%(name)s is damaged or not complete. Send it again."),
    "too_many_bytes": lazy("%(name)s is too big: at most 40 MB."),
    "too_many_for_its_kind": lazy("%(name)s is too big for this kind of file. Send it as JPEG."),
    "too_many_pixels": lazy("%(name)s is too big: at most 64 megapixels."),
    "broken_on_the_way": lazy("The picture was damaged on its way. Try again."),
    "storage_full": lazy("There is no room left for pictures. Your words are kept."),
    "storage_away": lazy(
        "The picture could not be kept just now. Your words are kept. Send it again in a minute."
    ),
    "disk_full": lazy(
        "The diary's disk is full, so nothing could be saved. Keep this page open "
        "and tell the one who looks after the diary."
    ),
    "reason_missing": lazy("Choose why or write it, so that the writer knows."),
    "question_missing": lazy("Choose or write a question, so that the writer knows what to do."),
    "password_short": lazy("At least %(limit)s characters."),
    "unknown_code": lazy("There is no such code. Look at the paper again, sign by sign."),
    "too_long_for_role": lazy("A year is only for those who write. Choose a shorter time."),
    "wrong_password": lazy("That is not your present password."),
    "missing": lazy("Fill this in."),
    "no_password": lazy("They have no password yet. Ask them to choose one first, at My account."),
    "grown_up": lazy("Tick this if you are 18 or older. Under 18 nobody has a page here."),
    "not_promised": lazy("Tick this first, then send it once more."),
    "not_an_age": lazy("Write an age in years, at most %(limit)s."),
    "username_with_at": lazy("A user name has no @ in it."),
    "username_taken": lazy("Somebody has that user name already. Choose another."),
    "email_taken": lazy("An account with this address exists already."),
    "not_an_address": lazy("This does not look like an e-mail address."),
    "empty": lazy("Write a few words or choose a picture first."),
}


def error_page(status: int, kind: type[Exception] | int | None = None) -> Response:
    """The page for a status, or for one kind of error with that status."""
    title, hint = SAYS.get(kind or status) or SAYS.get(status) or SAYS[500]
    return page(
        "errors/error.html", status_code=status, status=status, title=str(title), hint=str(hint)
    )


def ended_page() -> ResponseReturnValue:
    """The journey has ended; whoever was writing all along gets their words back."""
    if from_script():
        said = _("The journey has ended, so nothing new is saved with us. Copy what you wrote.")
        return jsonify(sentence=said, hopeless=True), 403
    shown = [text for name in WORDS if (text := request.form.get(name, "")).strip()]
    return page("errors/ended.html", status_code=403, shown=shown)


def is_full(error: OperationalError) -> bool:
    """Whether the database says that its disk is full, on either engine."""
    return "full" in str(error.orig) or getattr(error.orig, "sqlstate", "") == "53100"


def is_away(error: OperationalError) -> bool:
    """Whether there is no way to the database: it was not asked, or fell silent meanwhile."""
    return error.statement is None or error.connection_invalidated


def _known(error: OperationalError) -> Exception | None:
    """What to tell of it; None for what is nobody's but ours."""
    if is_full(error):
        return StorageFull()
    return error if is_away(error) else None


def _say_when(answer: Response, error: Exception) -> None:
    if isinstance(error, TooManyTries):
        answer.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, (StorageAway, OperationalError)):
        answer.headers["Retry-After"] = "60"
        answer.headers["Cache-Control"] = "no-store"


def init_app(app: Flask) -> None:
    """Show each refusal in the diary's own look; unknown errors stay loud in the log."""

    @app.errorhandler(DiaryError)
    @app.errorhandler(StorageFull)
    @app.errorhandler(StorageAway)
    def refusal(error: Exception) -> ResponseReturnValue:
        undo()
        answer = error_page(STATUS[type(error)], type(error))
        _say_when(answer, error)
        return answer

    @app.errorhandler(Ended)
    def over(_error: Ended) -> ResponseReturnValue:
        undo()
        return ended_page()

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> ResponseReturnValue:
        session.pop("_flashes", None)  # "Saved." was said too early
        known = _known(error)
        if known is None:
            return unknown(error)
        app.logger.error("The database answers: %s", error.orig)
        return refusal(known)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        undo()
        if isinstance(error, SecurityError):
            # Without a host of its own no page can be built: no address in it would be right.
            return Response(
                "This address does not belong to the diary.\n", 400, mimetype="text/plain"
            )
        if error.response is not None or (error.code or 500) < 400:
            return error
        code = error.code or 500
        answer = error_page(code, code if code in SAYS else code // 100 * 100)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(error.valid_methods)  # RFC 9110, section 15.5.6
        return answer

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> ResponseReturnValue:
        undo()
        # By its route: what is in its address can be a key (`/join/<code>`).
        app.logger.error("%s %s failed", request.method, request.url_rule, exc_info=error)
        return error_page(500)
