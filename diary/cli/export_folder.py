"""`diary export --as folder`: one Markdown file per post, or a zip of them."""

from diary.cli.downloads import clock
from diary.cli.export import Order
from diary.cli.moving import add_private
from diary.portability.source import Done
from diary.portability.whole import Folder, Zip
from diary.portability.whole import write as write_whole


def write(order: Order) -> Done:
    """One Markdown file per post, or a zip of them if the goal ends with .zip."""
    if order.goal.suffix.lower() != ".zip":
        order.path.mkdir()
        done = write_whole(order.diary, Folder(order.path), order.goes_on)
        if order.full:
            add_private(order)
        return done
    with order.path.open("xb") as file:
        archive = Zip(file, clock())
        done = write_whole(order.diary, archive, order.goes_on)
        archive.close()
    return done
