"""交流园地: questions, answers and experiences that townships share through the city."""

from typing import Annotated, ClassVar, Self

from validators.columns import Reference, column
from validators.fields import Day, ExchangeId, Text
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import ExchangeKind, Source


class ExchangeRow(Row):
    """One post of the exchange."""

    sheet: ClassVar = Sheet(
        name="交流园地",
        key="exchange",
        kind=SheetKind.INPUT,
        title="导师帮带交流园地",
        help="问题、答复和经验随台账上报，市级汇总后下发",
        id_field="exchange_id",
        id_prefix="L",
        id_width=4,
    )

    exchange_id: Annotated[
        ExchangeId | None,
        column(
            "编号",
            width=17,
            help="L+9 位区划代码-序号，如 L640402104-0001；可留空，由“编号补全”填写",
        ),
    ] = None
    date: Annotated[
        Day, column("日期", width=12, help="发布的日期", synonyms=("发布日期",), past=True)
    ]
    kind: Annotated[ExchangeKind, column("类型", width=7, help="问题、答复、经验或通报")]
    author: Annotated[Text, column("发布单位", width=18, help="发布的单位")]
    reply_to: Annotated[
        ExchangeId | None,
        column(
            "回复编号",
            width=17,
            help="填所答复问题的编号",
            refers=Reference(Self, suggestion="请核对要答复的编号", elsewhere=True),
        ),
    ] = None
    title: Annotated[Text, column("标题", width=24, help="一句话")]
    content: Annotated[
        Text | None, column("内容", width=44, help="写明具体内容", recommended=True)
    ] = None
    origin: Annotated[Source, column("来源", width=10, help="本乡镇、县级下发或市级下发")] = (
        Source.TOWNSHIP
    )
