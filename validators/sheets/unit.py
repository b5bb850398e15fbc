"""填报信息: who reports, for which unit and year."""

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import Day, DivisionCode, Name, PersonName, Phone, Text, Year
from validators.sheets.base import Row, Sheet, SheetKind
from validators.vocabulary import YesNo


class UnitRow(Row):
    """The reporting form of one ledger; a sheet of labels and values."""

    sheet: ClassVar = Sheet(
        name="填报信息",
        key="unit",
        kind=SheetKind.INPUT,
        title="填报信息",
        help="每份台账填一次；县（区）、乡镇和代码已由模板填写",
        form=True,
        merged=False,
    )

    county: Annotated[Name, column("县(区)", help="县（区）名称，模板已填写")]
    township: Annotated[
        Name | None, column("乡镇(街道)", help="乡镇（街道）名称，模板已填写；县级、市级台账留空")
    ] = None
    code: Annotated[
        DivisionCode,
        column(
            "行政区划代码", width=14, help="9 位代码，模板已填写，请勿修改", synonyms=("区划代码",)
        ),
    ]
    year: Annotated[Year, column("年度", width=8, help="四位年份，如 2026")]
    reporter_unit: Annotated[
        Text,
        column("填报单位", width=24, help="单位全称，与公章一致", synonyms=("填报单位（盖章）",)),
    ]
    reporter: Annotated[PersonName, column("填报人", help="填表人姓名")]
    reviewer: Annotated[
        PersonName | None, column("审核人", help="审核人姓名", recommended=True)
    ] = None
    office_phone: Annotated[
        Phone,
        column("办公电话", width=16, help="办公室座机，含区号，如 0954-2032000；市县催报时使用"),
    ]
    reported_on: Annotated[
        Day,
        column(
            "填报时间",
            width=12,
            help="上报台账的日期，如 2026-06-30",
            synonyms=("填报日期",),
            past=True,
        ),
    ]
    model_township: Annotated[
        YesNo | None, column("一抓两整示范乡创建", help="是否为“一抓两整”示范乡创建单位，选是或否")
    ] = None
    template_version: Annotated[Text, column("模板版本", help="模板自带，请勿修改")]
