"""The types of settings: how a setting is described, and how the value of a 参数 row is read."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from validators import normalise
from validators.divisions import short_name

ASSUMED = "本工具默认值，可由上级调整"
"""The source of a default nobody prescribes."""
PUBLISHED = "各地同类做法"
"""The source of a default that published rules of other places share."""


def setting(name: str, unit: str, meaning: str, source: str = ASSUMED) -> Any:
    """Describe a setting as 参数 shows it; goes into a field's `Annotated` metadata."""
    return Field(
        validation_alias=name,
        title=name,
        description=meaning,
        json_schema_extra={"unit": unit, "source": source},
    )


def _number(cell: Any) -> Any:
    return normalise.numeral("%", "年", "名", "个", "天", "月", "次", "分", "人")(cell)


def _share(cell: Any) -> Any:
    """Read a share in percent; 0.8 is 80 % typed into a cell that Excel formats as percent."""
    share = _number(cell)
    if 0 < share < 1:
        raise PydanticCustomError("out_of_range", "out_of_range", {"ge": 1})
    return share


def _words(cell: Any) -> Any:
    return tuple(normalise.split_words(cell))


def numbers(count: int) -> Any:
    """Return a check for `Annotated` that a tuple of words holds `count` numbers."""

    def check(words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            normalise.numeral()(word)
        if len(words) != count:
            raise PydanticCustomError("malformed", "malformed")
        return words

    return AfterValidator(check)


def _periods(cell: Any) -> Any:
    """Read `2026-02-10至2026-02-24、…` as (first day, last day) pairs."""
    if not isinstance(cell, str):
        return cell
    typed = re.sub(r"\s*至\s*", "至", cell)
    spans = tuple(tuple(map(normalise.day, part.split("至"))) for part in _words(typed))
    if any(len(span) != 2 or span[0] > span[1] for span in spans):
        raise PydanticCustomError("date_unreadable", "date_unreadable")
    return spans


def _pairs(cell: str) -> list[list[str]]:
    typed = re.sub(r"\s*[=＝]\s*", "=", cell)
    pairs = [part.split("=") for part in _words(typed)]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise PydanticCustomError("malformed", "malformed")
    return pairs


def _aliases(cell: Any) -> Any:
    """Read `旧名=现名、…` as a mapping."""
    if not isinstance(cell, str):
        return cell
    return {short_name(old): short_name(new) for old, new in _pairs(cell)}


def _marks(cell: Any) -> Any:
    """Read `名称=分值、…` as a mapping to numbers."""
    return dict(_pairs(cell)) if isinstance(cell, str) else cell


Number = Annotated[int, BeforeValidator(_number), Field(ge=0)]
Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=100)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Periods = Annotated[tuple[tuple[date, date], ...], BeforeValidator(_periods)]
Marks = Annotated[dict[str, Number], BeforeValidator(_marks)]
Aliases = Annotated[dict[str, str], BeforeValidator(_aliases)]
Wording = Annotated[str, BeforeValidator(normalise.text)]
