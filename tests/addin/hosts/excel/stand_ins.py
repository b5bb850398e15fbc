"""Functions as `addin.formulas` has them, for what is made of any such functions."""

from __future__ import annotations

from typing import Annotated, Any


def BD_GREET(  # noqa: N802 - a formula's name
    people: Annotated[Any, {"doc": "姓名所在的单元格，可以为一列"}],
    word: Annotated[str, {"doc": "称呼，不填为“同志”"}] = "同志",
) -> str:
    """给每个姓名加上称呼；说明里有 "引号" 和 ' 撇号。

    The rest of a docstring is not shown.
    """
    return f"{people}{word}"


def BD_TODAY() -> str:  # noqa: N802
    """今天。"""
    return ""


STAND_INS = (BD_GREET, BD_TODAY)
