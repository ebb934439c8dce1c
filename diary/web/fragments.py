"""Pages and parts of pages that are kept by what they are made of.

With every change all pages are made anew, and most of what they hold says what it said before. So
`{% kept site.key, post %} … {% endkept %}` is made once for the same values, however often and in
which page it is asked for. The values say all that the part hangs on: `site.key` stands for the
settings, the language and the address of the diary, and is None, so that nothing is kept, for
whoever is logged in. `whole` does the same for the page itself.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

MOST, PAGES = 1_000, 64
"""How many parts and pages are kept; those that were longest not asked for go."""
LONGEST = 30_000
"""Characters; longer ones are rare and made anew."""


class Fragments(Extension):
    """The tag `kept`; each Jinja environment, and so each app, keeps its own."""

    tags = {"kept"}  # noqa: RUF012 (Jinja's own way)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._box = lru_cache(MOST)(_box)
        self._pages = lru_cache(PAGES)(_box)

    def parse(self, parser: Parser) -> nodes.Node:
        """From the tag to its end."""
        line = next(parser.stream).lineno
        made_of = parser.parse_tuple()
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        where = nodes.Const((parser.name, line))
        found = self.call_method("_kept", [where, made_of])
        return nodes.CallBlock(found, [], [], body).set_lineno(line)

    def _kept(self, where: Any, made_of: Any, caller: Callable[[], str]) -> str:
        key, *rest = made_of if isinstance(made_of, tuple) else (made_of,)
        if key is None:
            return caller()
        box = self._box(where, key, *(tuple(x.items()) if isinstance(x, dict) else x for x in rest))
        if not box:
            made = caller()
            if len(made) > LONGEST:
                return made
            box.append(made)
        return box[0]

    def whole(self, made_of: tuple[Hashable, ...], make: Callable[[], str]) -> bytes:
        """A page in UTF-8, made once for the same values."""
        box = self._pages(*made_of)
        if not box:
            box.append(make().encode())
        return box[0]


def _box(*_key: object) -> list[Any]:
    return []
