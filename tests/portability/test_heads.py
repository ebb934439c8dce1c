"""The folder's files: what is written is read, whatever the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.portability import heads
from diary.text.plain import tidy, tidy_line

LINES = st.text().map(tidy_line)
TEXTS = st.text(st.characters() | st.sampled_from("\n- :#'\"|>&*!%@`{}[],\t")).map(tidy)


@given(title=LINES, second=TEXTS, body=TEXTS)
def test_what_is_written_is_read(title: str, second: str, body: str) -> None:
    head = {"title": title, "second": {"text": second}, "methods": [title]}
    assert heads.loads(heads.dumps(head, body)) == (head, body)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_from_elsewhere_are_read(end: str) -> None:
    text = end.join(["\ufeff---", 'title: "A: b"', "---", "", "Ett", "", "---", "", "två"])
    assert heads.loads(text) == ({"title": "A: b"}, end.join(["Ett", "", "---", "", "två"]))
    assert heads.loads(f"---{end}a: 1{end}---") == ({"a": 1}, "")


@pytest.mark.parametrize("text", ["", "Hej", "---\na: [\n---\n", "---\n- a\n---\n", "---\na: 1\n",
                                  "---\na: &a [x]\nb: [*a, *a]\n---\n"])  # fmt: skip
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"head|keys"):
        heads.loads(text)
