"""The search of a kept site without some of what was said. Pure."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from diary.portability.site_search import base36, call, places, postings
from diary.text.stem import Said, marked

Places = Mapping[str, str]
"""By word: the letter that tells how it stands in a post."""


class Scripts:
    """The scripts of a frozen site's search, by their paths, without what is not said any more.

    `said` is that by the page it stood on; `changed` are the scripts that become others. What a
    post is found by is worked out anew from all else that is said in it, so a word that stands in
    its text, too, still finds it.
    """

    def __init__(self, scripts: Mapping[str, str], said: Mapping[str, set[str]]) -> None:
        self._said = said
        self.changed: dict[str, str] = {}
        self._posts: dict[int, tuple[Places, Places]] = {}
        for file, script in scripts.items():
            if file.startswith("search/posts-"):
                self._unsaid(file, script)
        firsts: dict[str, str] = {}
        for file, script in scripts.items() if self._posts else ():
            if file.startswith("search/words-"):
                before, after = self._without(file, script)
                firsts[before] = after
        if "search/index.js" in scripts and firsts:
            self._index(scripts["search/index.js"], firsts)

    def _unsaid(self, file: str, script: str) -> None:
        posts: dict[str, Any] = _value(script)
        found = False
        for sequence, post in posts.items():
            gone = self._said.get(post["file"], set())
            kept = [one for one in post["said"] if str(one[0]).strip() not in gone]
            if len(kept) < len(post["said"]):
                self._posts[int(sequence)] = _found_by(post["said"]), _found_by(kept)
                post["said"], found = kept, True
        if found:
            self.changed[file] = call("posts", posts)

    def _without(self, file: str, script: str) -> tuple[str, str]:
        """The script's first word before and after."""
        words: dict[str, str] = _value(script)
        gone = {word for before, after in self._posts.values() for word in before}
        left: dict[str, str] = {}
        for word, posts in words.items():
            now = self._postings(word, posts) if word in gone else posts
            if now:
                left[word] = now
        if left != words:
            self.changed[file] = call("words", left)
        first = next(iter(words), "")
        return first, next(iter(left), "")

    def _postings(self, word: str, posts: str) -> str:
        stands = dict(postings(posts))
        for sequence, (before, after) in self._posts.items():
            if word in before and sequence in stands:
                if word in after:
                    stands[sequence] = after[word]
                else:
                    del stands[sequence]
        last, written = 0, ""
        for sequence, letter in stands.items():
            written += base36(sequence - last) + letter
            last = sequence
        return written

    def _index(self, script: str, firsts: Mapping[str, str]) -> None:
        index: dict[str, Any] = _value(script)
        found = [firsts.get(first, first) for first in index["firsts"]]
        for at in range(len(found) - 1, -1, -1):  # of an empty script: nothing lies before the next
            found[at] = found[at] or (found[at + 1] if at + 1 < len(found) else "\U0010ffff")
        if found != index["firsts"]:
            self.changed["search/index.js"] = call("index", {**index, "firsts": found})


def _found_by(said: Iterable[list[str]]) -> Places:
    return places(marked(Said(text, lang, part) for text, lang, part in said))


def _value(script: str) -> Any:
    return json.loads(script[script.index("(") + 1 : script.rindex(")")])
