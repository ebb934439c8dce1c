"""What a book or a sheet says of its own, in one of the interface's languages, without Flask."""

from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from diary.text.plain import direction

CATALOGUES = Path(__file__).parents[1] / "translations"


class Words:
    """The interface's words in a language; in English they are what the code has."""

    def __init__(self, lang: str) -> None:
        self.lang, self.dir = lang, direction(lang)
        self.catalogue: NullTranslations = Translations.load(str(CATALOGUES), [lang])

    def gettext(self, said: str, **values: Any) -> str:
        """A sentence with its values."""
        found = self.catalogue.gettext(said)
        return found % values if values else found

    def format(self, value: date, pattern: str) -> str:
        """A date by a pattern (UTS #35)."""
        return format_date(value, pattern, locale=self.lang)

    def number(self, value: int) -> str:
        """A number as it is written."""
        return format_decimal(value, locale=self.lang)

    def day(self, value: date, precision: str = "day") -> str:
        """A date in words, as exactly as it is known."""
        if precision == "unknown":
            return self.gettext("undated")
        return self.format(value, {"month": "LLLL y", "year": "y"}.get(precision, "d MMMM y"))

    def language(self, code: str) -> str:
        """A language's name."""
        try:
            return Locale.parse(code).get_language_name(self.lang) or code
        except (UnknownLocaleError, ValueError):
            return code

    def listed(self, names: list[str]) -> str:
        """Several names in one sentence."""
        *others, last = names
        between = self.gettext(", ")
        return " ".join([between.join(others), self.gettext("and"), last]) if others else last
