"""From a cell as typed to a value: every accepted spelling, and no guesses.

Each function takes a non-empty `Cell` and returns the value, or raises `PydanticCustomError`
whose type is a key of `messages.PROBLEMS`. They are pure and idempotent: a normalised value
normalises to itself.
"""

from __future__ import annotations

from validators.normalise.days import day, month, not_days
from validators.normalise.numbers import numeral, whole
from validators.normalise.texts import (
    LONGEST_TEXT,
    coded,
    name,
    not_coded,
    odd_names,
    person_key,
    phone,
    several_coded,
    split_words,
    squeeze,
    text,
    untidy,
)

__all__ = [
    "LONGEST_TEXT",
    "coded",
    "day",
    "month",
    "name",
    "not_coded",
    "not_days",
    "numeral",
    "odd_names",
    "person_key",
    "phone",
    "several_coded",
    "split_words",
    "squeeze",
    "text",
    "untidy",
    "whole",
]
