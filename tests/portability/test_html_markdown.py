"""HTML from elsewhere as Markdown: nothing in it stops an import."""

import pytest

from diary.portability.html_markdown import read


@pytest.mark.parametrize("base", ["", "https://example.org/a/"])
@pytest.mark.parametrize(
    "html",
    ['<img src="http://[x/b.jpg">', '<a href="http://[x/"></a>', '<iframe src="http://[x/"></iframe>'],
)  # fmt: skip
def test_an_address_that_cannot_be_taken_apart_is_left_out(base: str, html: str) -> None:
    words, pictures = read(f"<p>Hej</p>{html}", base)
    assert (words, {one.source for one in pictures} - {"http://[x/b.jpg"}) == ("Hej", set())
