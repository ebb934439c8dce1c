"""The pictures of an import are prepared by other processes, and come in as if they were not."""

from pathlib import Path

import pytest

from diary.cli import import_pictures
from diary.cli.import_pictures import Begun, Darkroom, Item, ahead
from diary.domain.incoming import IncomingPicture, LeftOut
from diary.media.images import NotAnImage
from diary.media.storage import LocalStorage
from tests.builders import a_photo


def test_a_picture_made_by_another_process_is_stored_and_has_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(import_pictures, "FEW", 1)
    picture = IncomingPicture(source="a.jpg")
    with Darkroom(f"file:{tmp_path}", tmp_path / "gate") as darkroom:
        here, there = (darkroom.make(picture, a_photo()) for _ in range(2))
        broken = darkroom.make(picture, b"no picture")
        with pytest.raises(NotAnImage):
            broken()
        one, other = here(), there()
    assert one
    assert other
    assert one.token != other.token
    assert one.original_key == other.original_key
    assert LocalStorage(tmp_path).exists(other.original_key)
    keys = [rendition.key for rendition in other.renditions]
    assert keys == [rendition.key for rendition in one.renditions]
    assert all(map(LocalStorage(tmp_path).exists, keys))


def test_posts_keep_their_order_and_only_a_few_are_begun_ahead():
    items, begun = [LeftOut(str(number), "") for number in range(40)], []

    def begin(item: Item) -> Begun:
        begun.append(item)
        return {}

    for number, (item, _) in enumerate(ahead(items, begin)):
        assert item is items[number]
        assert len(begun) <= number + 1 + import_pictures.POSTS_AHEAD
    assert begun == items
