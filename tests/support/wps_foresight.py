"""Answers to what a page will ask next, so that it stops once for many questions.

A script that reads asks the same questions in the same order at every click. What followed a question the
last time is answered with it; the page takes these answers as long as it asks just that, and asks anew
otherwise. Nothing is foreseen beyond a question that changes something.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar

LOOKING = frozenset({"Item", "Range", "Address", "Text", "getItem"})
"""Methods that change nothing."""
_NEAREST, _FARTHEST = 3, 24

Message = dict[str, Any]


class Foresight:
    """What is likely to be asked.

    Objects are numbered anew at every click; what a question is remembered by, in all
    windows, is how its object was found.

    Args:
        answer: Answers one question.
        guess: Does so where nobody may ask it: a failure is none of the page's.
    """

    _after: ClassVar[dict[tuple[int, ...], Message]] = {}
    _names: ClassVar[dict[str, int]] = {}

    def __init__(
        self, answer: Callable[[Message], Message], guess: Callable[[Message], Message]
    ) -> None:
        self._answer, self._guess = answer, guess
        self._name_of: dict[int, int] = {}
        self._number_of: dict[int, int] = {}
        self._asked: list[int] = [0, 0]  # the two before, the question, and what was foreseen
        self._reach = _NEAREST

    def answers(self, question: Message, used: int) -> tuple[Message, list[tuple[str, Message]]]:
        """Return the answer to a question, and further questions as the page will word them with theirs.

        Args:
            question: What the page asks.
            used: How many of the further answers it took the last time.
        """
        taken = self._asked[: 3 + used]
        self._after[tuple(taken[-2:])] = self._named(question)
        self._reach = min(2 * self._reach, _FARTHEST) if taken == self._asked else _NEAREST
        answer, ahead = self._answered(question, self._answer), []
        self._asked = [*taken[-2:], self._name(question)]
        while len(ahead) < self._reach and (found := self._foreseen()):
            ahead.append(found)
        return answer, ahead

    def _foreseen(self) -> tuple[str, Message] | None:
        """Return what followed the last two questions, with its answer; None if that is not known."""
        following = self._after.get(tuple(self._asked[-2:]))
        if not following or ("get" not in following and following.get("call") not in LOOKING):
            return None
        question = self._placed(following)
        if question is None or "error" in (found := self._answered(question, self._guess)):
            return None
        self._asked.append(self._name(question))
        return json.dumps(question, ensure_ascii=False, separators=(",", ":")), found

    def _answered(self, question: Message, by: Callable[[Message], Message]) -> Message:
        answer = by(question)
        value = answer.get("value")
        if isinstance(value, dict) and "$" in value:
            name = self._name(question)
            self._name_of[value["$"]], self._number_of[name] = name, value["$"]
        return answer

    def _name(self, question: Message) -> int:
        return self._names.setdefault(json.dumps(self._named(question)), len(self._names))

    def _named(self, question: Message) -> Message:
        """Return a question with the names of objects in place of their numbers."""
        return {**question, "on": _exchanged(question["on"], self._name_of)}

    def _placed(self, named: Message) -> Message | None:
        """Return a question with the numbers objects have now; None where one is not known."""
        try:
            return {**named, "on": _exchanged(named["on"], self._number_of)}
        except KeyError:
            return None


def _exchanged(place: Any, numbers: dict[int, int]) -> Any:
    if isinstance(place, int):
        return numbers[place]
    if isinstance(place, str):
        return place
    on, *rest = place
    return [_exchanged(on, numbers), *rest]
