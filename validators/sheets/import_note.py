"""导入结果: what became of the files that were imported last."""

from typing import Annotated, ClassVar

from validators.fields import Text
from validators.sheets.base import Row, Sheet, SheetKind, computed


class ImportNoteRow(Row):
    """The totals of one table that was imported, or a row or cell of it that was not simply written."""

    sheet: ClassVar = Sheet(
        name="导入结果",
        key="import",
        kind=SheetKind.GENERATED,
        title="原有台账导入结果",
        help="由“导入原有台账”生成，列明每一行、每一单元格的去向；点单元格可跳到写入处",
        protected=True,
        merged=False,
        since="2026.3",
    )

    fate: Annotated[Text, computed("去向", 8, "概况、导入、备注、等待确认、无法识别、重复或不导入")]
    source_file: Annotated[Text, computed("来源文件", 16, "来源的文件")]
    source_sheet: Annotated[Text | None, computed("来源表", 9, "文件中的表")] = None
    source_cell: Annotated[Text | None, computed("来源单元格", 7, "文件中的单元格")] = None
    heading: Annotated[Text | None, computed("来源列", 12, "文件中的列名")] = None
    typed: Annotated[Text | None, computed("原内容", 19, "原样显示，电话号码隐去中间四位")] = None
    message: Annotated[Text, computed("说明", 40, "处理方式和办理要求")]
    sheet_name: Annotated[Text | None, computed("写到的表", 9, "本台账中的表")] = None
    cell: Annotated[Text | None, computed("单元格", 7, "点击跳转")] = None
