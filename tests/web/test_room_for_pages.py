"""How many finished pages a process keeps, and which go first."""

from diary.web.page_cache import REQUESTS, Kept, Page


def a_page(size: int) -> Page:
    """A page of so many bytes."""
    return Page("200 OK", [], b"x" * size, "tag")


def test_what_was_longest_not_asked_for_goes_first() -> None:
    kept = Kept("now", 100 * 10_000)
    for number in range(1_000):
        kept.put(number, a_page(8_000))
        kept.remember((str(number),), ("200 OK", [], [], "page"))
        assert kept.get(0) is not None
        assert kept._size <= 100 * 10_000
        assert len(kept.requests) <= 100
    assert kept.get(1) is None
    assert kept.get(999) is not None


def test_a_page_too_large_for_all_others_is_not_kept() -> None:
    kept = Kept("now", 80_000)
    kept.put("large", a_page(10_000))
    kept.put("small", a_page(1_000))
    assert not kept.has("large")
    assert kept.has("small")


def test_requests_are_known_word_for_word_only_so_many() -> None:
    kept = Kept("now", 80_000)
    for number in range(REQUESTS + 10):
        kept.remember((str(number), None), ("200 OK", [], [], "page"))
    assert len(kept.requests) == 10
