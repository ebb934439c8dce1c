"""Mails as templates make them, in the recipient's language."""

from flask import render_template
from flask_babel import force_locale

from diary.models import Account
from diary.web.rendering import LANGUAGES, diary_site


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
