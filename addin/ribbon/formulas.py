"""Buttons of the group 公式: put formulas in, and turn them into values before a ledger is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addin.ribbon import button
from addin.ribbon.session import tell
from addin.sentences import conversion_sentences
from validators.sheets import UnitRow

if TYPE_CHECKING:
    import xlwings as xw


@button(
    "插入公式", group="公式", icon="FunctionWizard", needs=UnitRow,
    help="在选中的单元格插入“BD_”开头的公式，台账各表的范围自动填写。",
)  # fmt: skip
def insert_formulas(book: xw.Book) -> None:
    """Ask which formula, and write it where the clerk stands with the ledger's own tables."""
    from addin.actions.formula_cells import chosen, insert_formula, question
    from workbooks.live.host import host

    answer = host().ask(book, question(), "1")
    if answer:
        sentence = insert_formula(book, chosen(answer), insert_formulas.label)
        tell(book, (), sentence, "表格增加行后，请删除该公式后重新插入。")


@button(
    "公式转为数值", group="公式", icon="PasteValues", needs=UnitRow,
    help="上报前将“BD_”公式转为当前数值，未安装本工具的电脑也能查看。",
)  # fmt: skip
def formulas_to_values(book: xw.Book) -> None:
    """Replace our formulas by what they show; hidden helper sheets have none."""
    from addin.actions.formula_cells import formulas_to_values as convert
    from workbooks.live.change import changing

    left: list[str] = []
    count = 0
    with changing(book, formulas_to_values.label) as change:
        for sheet in [tab for tab in book.sheets if tab.name[:1] != "_"]:
            conversion = convert(change, sheet)
            count += conversion.cells
            left += [f"“{sheet.name}”{cell}" for cell in conversion.left]
    tell(book, change.remarks, *conversion_sentences(count, left))
