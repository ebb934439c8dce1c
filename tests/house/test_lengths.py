"""No file and no function grows until nobody can take it in."""

import ast
from functools import cache
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("diary/**/*.py"), *ROOT.glob("tests/**/*.py")])


@cache
def _functions() -> dict[str, int]:
    """The length in lines of each function, by file and name."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    }


def _over(limit: int, lengths: dict[str, int]) -> dict[str, int]:
    return {name: length for name, length in lengths.items() if length > limit}


def test_no_file_has_more_than_400_lines():
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert not _over(400, lines)


def test_no_function_has_more_than_50_lines():
    assert not _over(50, _functions())


def test_most_functions_are_short():
    lengths = [lines for name, lines in _functions().items() if name.startswith("diary/")]
    assert median(lengths) < 10
    assert quantiles(lengths, n=10)[-1] < 25
