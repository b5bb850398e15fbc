"""The register of layouts: how a kind of file is written, and in which words.

Each layout has several wordings, as several townships would write the form: two shown to whoever
writes the reader, two held back of which only scores were told, and a late one that came afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.imports.cast import COUNTY, TOWNSHIP, Cast, Hand, cast
from tests.imports.layouts.late import LATE
from tests.imports.plan import Plan

GROUPS = ("shown", "held back", "late")


@dataclass(frozen=True)
class Wording:
    """The words of one township's form: lines by their name, and one of `GROUPS`."""

    number: int
    group: str
    lines: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.lines[name]

    def words(self, name: str = "表头") -> list[str]:
        """Return the parts of a line: "/" is a line break within a heading."""
        return [part.strip(" ").replace("⏎", "\n") for part in self.lines[name].split("|")]


Write = Callable[[Cast, Wording, Hand], Plan]


@dataclass(frozen=True)
class Layout:
    """One kind of file.

    Attributes:
        row: Its row in the list of layouts the project started from.
        name: In Chinese, as the table of scores shows it.
    """

    row: int
    name: str
    write: Write
    wordings: tuple[Wording, ...]

    def plan(self, wording: int, seed: int = 3) -> Plan:
        """Return the file in one of its wordings."""
        return self.write(
            cast(seed),
            self.wordings[wording],
            Hand.of(self.name, self.wordings[wording].number, seed),
        )


LAYOUTS: dict[str, Layout] = {}


def layout(row: int, name: str, words: str) -> Callable[[Write], Write]:
    """Register what writes a layout.

    Args:
        words: Wordings, an empty line between two, each line as `name: text`; after a line of
            equals signs come those held back.
    """

    def register(write: Write) -> Write:
        LAYOUTS[name] = Layout(row, name, write, tuple(_wordings(words, LATE[name])))
        return write

    return register


def _wordings(words: str, late: str) -> list[Wording]:
    blocks = [
        (block, group)
        for part, group in zip((*words.split("======\n"), late), GROUPS, strict=True)
        for block in part.strip().split("\n\n")
    ]
    return [
        Wording(number, group, {name.strip(): text for name, _, text in _lines(block)})
        for number, (block, group) in enumerate(blocks)
    ]


def _lines(block: str) -> list[tuple[str, str, str]]:
    places = {"{镇}": TOWNSHIP, "{县}": COUNTY}
    for mark, place in places.items():
        block = block.replace(mark, place)
    return [line.strip().partition(": ") for line in block.strip().splitlines()]
