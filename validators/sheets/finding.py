"""校验结果: the findings of one ledger."""

from typing import Annotated, ClassVar

from validators.fields import Text
from validators.sheets.base import Row, Sheet, SheetKind, computed


class FindingRow(Row):
    """One finding, with a link to its cell."""

    sheet: ClassVar = Sheet(
        name="校验结果",
        key="check",
        kind=SheetKind.GENERATED,
        title="台账校验结果",
        help="由“录入校验”生成；点单元格可跳到问题处",
        protected=True,
        merged=False,
    )

    level: Annotated[Text, computed("级别", 7, "错误、警告或提示")]
    sheet_name: Annotated[Text, computed("工作表", 11, "问题所在的表")]
    cell: Annotated[Text | None, computed("单元格", 9, "点击跳转")] = None
    heading: Annotated[Text | None, computed("列名", 14, "问题所在的列")] = None
    value: Annotated[Text | None, computed("填写内容", 20, "原样显示")] = None
    message: Annotated[Text, computed("问题", 44, "存在的问题")]
    suggestion: Annotated[Text | None, computed("建议", 36, "修改方法")] = None
