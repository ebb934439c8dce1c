"""What one database does its own way stands in one place for each purpose."""

import fnmatch
import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ("diary/models/engine.py", "diary/queries/search.py")
NAMED = {
    "diary/config.py": "where nothing is set, the database is a file of the instance folder",
    "diary/cli/bench*.py": "it starts a PostgreSQL, fills both in large steps and measures on both",
}
"""Who else calls a database by name, and why."""
WORDS = re.compile(
    r"sqlite|postgres|psycopg|\bpragma\b|on_conflict|json_each|\bpg_|\bdialect\b|tsvector|_fts\b",
    re.IGNORECASE,
)


def code_of(path: Path) -> str:
    """A file without comments and docstrings: those may explain what they like."""
    text = path.read_text()
    kept, begins = [], True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        alone = begins and token.type == tokenize.STRING
        if not alone and token.type != tokenize.COMMENT:
            kept.append(token.string)
        begins = token.type in {
            tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
        }  # fmt: skip
    return " ".join(kept)


def test_databases_are_called_by_name_where_they_are_at_home_alone() -> None:
    found = {
        str(path.relative_to(ROOT)): WORDS.findall(code)
        for path in sorted((ROOT / "diary").rglob("*.py"))
        if WORDS.search(code := code_of(path))
    }
    at_home = {*HOUSE, *NAMED}
    strangers = {
        path: words
        for path, words in found.items()
        if not any(fnmatch.fnmatch(path, one) for one in at_home)
    }
    assert not strangers
    assert all(fnmatch.filter(found, one) for one in at_home), "one needs no mention any more"
