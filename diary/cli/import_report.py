"""What an import tells in plain words: counts, one line per post, what to look at."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from diary.domain.content import MAX_BODY
from diary.domain.importing import Outcome, Taken
from diary.domain.incoming import Incoming, IncomingPicture, LeftOut, Standing
from diary.domain.placing import Places, template
from diary.text.names import persons_in
from diary.text.plain import tidy_line

ON_SCREEN = 40
"""Lines of each list that are printed; the file has all."""
LEFT_OUT = "Left out"
POSTS = "Posts"
FOUNDED = "Places and ways of working that were not here"
WAITS = "Not public there, so they wait whatever is said"
NO_PICTURE = "Pictures that did not come along"
LOST = "Tags that found no place here"
LED_AWAY = "Old addresses that lead to another post already"
CUT = f"Longer than {MAX_BODY} characters, cut there"
NAMED = "Persons who may be named in the texts; look before publishing"
NOT_PUBLIC = {
    Standing.DRAFT: "a draft",
    Standing.SCHEDULED: "not out yet",
    Standing.CLOSED: "private or behind a password",
}


class Report:
    """Gathers while posts come in; lists are short lines, however long the posts are."""

    def __init__(self, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.published = 0
        self.outcomes: Counter[Outcome] = Counter()
        self.comments = 0
        self.lists: dict[str, list[str]] = defaultdict(list)
        self.tags: Counter[str] = Counter()
        self.authors: Counter[str] = Counter()
        self.places = Places()

    @property
    def left_out(self) -> int:
        """How much could not be read."""
        return len(self.lists[LEFT_OUT])

    def left(self, one: LeftOut) -> None:
        """Something could not be read."""
        self.lists[LEFT_OUT].append(f"{one.name}: {one.why}")

    def took(self, item: Incoming, taken: Taken, places: Places) -> None:
        """A post was taken in, or was there already."""
        self.places = places
        self.outcomes[taken.outcome] += 1
        self.comments += len(item.comments)
        self.tags.update(item.tags)
        self.authors.update(author.key or author.name for author in item.authors)
        called = _called(item)
        self.lists[POSTS].append(f"{called} [{item.origin.value}, {taken.outcome.value}]")
        if item.standing is not Standing.OUT:
            self.lists[WAITS].append(f"{called}: {NOT_PUBLIC[item.standing]}")
        for tag in taken.lost:
            self.lists[LOST].append(f"{called}: {tag}")
        for address in taken.led_away:
            self.lists[LED_AWAY].append(f"{called}: {address}")
        if len(item.content.body) > MAX_BODY:
            self.lists[CUT].append(called)
        text = f"{item.content.title}\n{item.content.body}"
        if names := persons_in(text) - {author.name for author in item.authors}:
            self.lists[NAMED].append(f"{called}: {', '.join(sorted(names))}")

    def no_picture(self, item: Incoming, picture: IncomingPicture, why: str) -> None:
        """A picture's file was not found or cannot become a picture."""
        self.lists[NO_PICTURE].append(f"{_called(item)}: {picture.source}: {why}")

    def note(self, what: str, lines: Iterable[str]) -> None:
        """What a way in says besides."""
        self.lists[what].extend(lines)

    def print(self, file: Path | None) -> None:
        """Print it, long lists shortened, and write all of it to the file if there is one."""
        for line in self._lines(ON_SCREEN):
            click.echo(line)
        if file:
            file.write_text("".join(f"{line}\n" for line in self._lines(None)), "utf-8")

    def _lines(self, most: int | None) -> Iterator[str]:
        said = ", ".join(f"{self.outcomes[outcome]} {outcome.value}" for outcome in Outcome)
        yield f"{'Would come in' if self.dry_run else 'Posts'}: {said}."
        if self.published:
            yield f"Published: {self.published}."
        if self.comments:
            yield f"Comments, kept for moderators alone: {self.comments}."
        for what, lines in self.lists.items():
            if lines:
                yield f"\n{what}:"
                yield from (f"  {tidy_line(line)}" for line in lines[:most])  # strangers' words
                if most is not None and len(lines) > most:
                    yield f"  … and {len(lines) - most} more; --report FILE has all"
        if self.dry_run and (self.tags or self.authors):
            yield f"\nTo fill in and give back with --map:\n\n{self._template()}"

    def _template(self) -> str:
        return template(
            self.places, dict(self.tags.most_common()), dict(self.authors.most_common())
        )


def _called(item: Incoming) -> str:
    return f"{item.content.dated} {item.content.title or item.slug}"
