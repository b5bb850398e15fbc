"""期满考核: the assessment at the end of a pairing's period."""

from __future__ import annotations

from typing import Annotated, ClassVar

from validators.columns import Lookup, column
from validators.fields import Day, PairingId, Points, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import Conclusion, Rating

__all__ = ["CompletionRow"]


class CompletionRow(Row):
    """One end-of-period assessment."""

    sheet: ClassVar = Sheet(
        name="期满考核",
        key="completion",
        kind=SheetKind.INPUT,
        title="导师帮带期满考核表",
        help="期满的结对考核后填一行",
    )

    pairing_id: Annotated[
        PairingId,
        column("结对编号", width=16, help="从下拉列表选", source="pairings", strict=False),
    ]
    pair_names: Annotated[
        Text | None,
        column(
            "导师→对象",
            width=20,
            help="自动带出，不用填写",
            lookup=Lookup("pairing_id", (("pairing", "mentor_name"), ("pairing", "mentee_name"))),
        ),
    ] = None
    assessed_on: Annotated[Day, column("考核日期", width=11, help="如 2026-12-20", past=True)]
    score: Annotated[Points, column("得分", width=7, help="0 至 100 分", synonyms=("考核得分",))]
    rating: Annotated[Rating, column("等次", width=8, help="优秀、合格或不合格")]
    assessor: Annotated[Text | None, column("考核单位", width=18, help="组织考核的单位")] = None
    conclusion: Annotated[Conclusion, column("结论", width=7, help="出师、续帮或调整")]
