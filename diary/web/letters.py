"""Mails as templates make them, in the recipient's language."""

import uuid

from flask import render_template, url_for
from flask_babel import force_locale

from diary.models import Account
from diary.web.rendering import LANGUAGES, absolute, diary_site
from diary.web.session import seal

SUBSCRIBER = "subscriber"
"""What the links in letters are sealed for."""


def language_of(account: Account | None) -> str:
    """The language somebody has picked, else the diary's main one."""
    return chosen_language((account.language or "") if account else "")


def chosen_language(picked: str, written: str = "") -> str:
    """The language somebody has picked, else the one they have written in, else the main one."""
    wished = (picked, written, diary_site().main_language)
    return next((lang for lang in wished if lang in LANGUAGES), "sv")


def letter(name: str, lang: str, /, **facts: object) -> tuple[str, str]:
    """Subject and body of the mail `templates/mail/<name>.txt`: its first line, and the rest."""
    with force_locale(lang):
        subject, _end, body = render_template(f"mail/{name}.txt", **facts).partition("\n")
    return subject, body.strip() + "\n"


def manage_address(uid: uuid.UUID) -> str:
    """Where a subscriber changes what they get."""
    return absolute(url_for("subscriptions.mine", token=seal(str(uid), SUBSCRIBER)))


def stop_address(uid: uuid.UUID) -> str:
    """Where a subscriber stops all letters, with one press or by their mail program."""
    return absolute(url_for("subscriptions.stop", token=seal(str(uid), SUBSCRIBER)))
