"""Every page has a title, no template carries styles or scripts, and visitors load little."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "diary/templates").rglob("*.html"))
STYLES = ROOT / "diary/static/css"
VISITORS_CSS = 12_000  # bytes, compressed


def name(path: Path) -> str:
    """A template's name."""
    return str(path.relative_to(ROOT / "diary/templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_page_has_a_title(path: Path) -> None:
    text = path.read_text("utf-8")
    if "{% extends" in text:
        assert re.search(r"{% block title %}.*\S.*{% endblock %}", text)


# Letters carry their own styles: mail programs load none, and closing day's stands alone.
PAGES = [path for path in TEMPLATES if path.parent.name not in {"mail", "closing"}]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', path.read_text("utf-8"))


def test_right_to_left_comes_for_free() -> None:
    side = "(?:left|right)"
    sided = re.compile(
        rf"(?<![-\w])(?:margin|padding|border)-{side}|(?<![-\w]){side}:|text-align: {side}"
    )
    for path in STYLES.glob("*.css"):
        found = sided.findall(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL))
        assert found == [], path.name


def test_visitors_load_little() -> None:
    public = [STYLES / f"{part}.css" for part in ("base", "reading", "journey", "print")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in public) < VISITORS_CSS
