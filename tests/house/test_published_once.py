"""What is public is said once: a draft cannot leak by forgetting a condition."""

import ast
from pathlib import Path

QUERIES = Path(__file__).parents[2] / "diary/queries"


def test_the_queries_name_the_public_status_once() -> None:
    named = [
        (path.name, node.lineno)
        for path in QUERIES.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "PUBLISHED"
    ]
    assert [name for name, _ in named] == ["posts.py"], named
