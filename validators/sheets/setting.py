"""参数: names, values and sources of the rules' numbers."""

from typing import Annotated, ClassVar

from validators.columns import column
from validators.fields import Text
from validators.sheets.base import Row, Sheet, SheetKind


class SettingRow(Row):
    """One setting; `validators.settings` gives it its type."""

    sheet: ClassVar = Sheet(
        name="参数",
        key="setting",
        kind=SheetKind.SETTINGS,
        title="参数",
        help="市、县统一下发；乡镇一般不作改动，有改动的汇总时提示",
        merged=False,
    )

    name: Annotated[Text, column("参数名称", width=24, help="请勿修改", synonyms=("参数",))]
    value: Annotated[Text | None, column("值", width=24, help="只改本列")] = None
    unit: Annotated[Text | None, column("单位", width=8, help="值的单位")] = None
    meaning: Annotated[Text | None, column("含义", width=50, help="用途")] = None
    source: Annotated[Text | None, column("来源", width=30, help="依据")] = None
