"""Every button once: what it is called, where it stands and what it needs.

The ribbon's XML, the VBA callbacks, LibreOffice's menu and the command line are made from `BUTTONS`.
The function of a button is `addin.ribbon.<id>`; the hosts look it up by that name, so that this list
can be read without loading what the buttons do.
"""

from __future__ import annotations

from dataclasses import dataclass

from validators.errors import UsageError

TAB = "导师帮带"

GROUPS = ("校验", "结对", "过程", "研判", "台账", "公式", "工具")
"""The groups of the tab, from left to right."""


@dataclass(frozen=True)
class Button:
    """One button.

    Attributes:
        id: Name of its function in `addin.ribbon`.
        label: What stands on it; also the name the command line knows it by.
        group: One of `GROUPS`.
        icon: An image Office has built in (imageMso).
        help: What it does, in one or two sentences.
        sheet: Key of the sheet it needs, "" where any workbook will do; 填报信息 (`unit`) stands for
            "a ledger".
        large: Whether it is drawn large.
    """

    id: str
    label: str
    group: str
    icon: str
    help: str
    sheet: str = ""
    large: bool = False


BUTTONS: tuple[Button, ...] = (
    Button(
        "validate", "录入校验", "校验", "ErrorChecking",
        "逐个单元格检查整本台账：有问题的单元格标色并加批注，全部问题列在“校验结果”。不改您填的内容。",
        "unit", large=True,
    ),
    Button(
        "next_finding", "下一个问题", "校验", "ReviewNextComment",
        "跳到校验结果里的下一个问题单元格，并说明怎么改。", "check",
    ),
    Button(
        "tidy", "规范格式", "校验", "FormatPainter",
        "把写法不统一但含义明确的日期、姓名、数字改成规范写法。先列出要改哪些，同意后才改，可以撤销。",
        "unit",
    ),
    Button(
        "fill_numbers", "编号补全", "校验", "AdpPrimaryKey",
        "给没有编号的行接着往下编号，已有的编号不动。", "unit",
    ),
    Button(
        "suggest", "生成结对建议", "结对", "AccessTableContacts",
        "给待结对的对象挑选导师，写出得分和理由，填入“结对建议”，由党委研究决定。", "suggestion",
        large=True,
    ),
    Button(
        "confirm", "确认结对", "结对", "ReviewAcceptChange",
        "把“结对建议”里采纳的建议转入“结对台账”，并生成职责清单。", "suggestion",
    ),
    Button(
        "papers", "聘书与协议", "结对", "SignatureLineInsert",
        "为新结对生成导师聘书、帮带协议和仪式名单，另存为可直接打印的工作簿。", "pairing",
    ),
    Button(
        "update_all", "一键更新", "过程", "RefreshAll",
        "更新职责清单、成长档案、预警名单、金牌导师、导师库调整和结对建议，补全编号，并重新校验。", "unit", large=True,
    ),
    Button(
        "update_duties", "更新职责清单", "过程", "AccessTableTasks",
        "按工作日志重新计算每项职责的完成次数和进度。", "duty",
    ),
    Button(
        "update_growth", "更新成长档案", "过程", "ChartInsert",
        "按成长评价、工作日志和登记表更新每名对象的成长档案。", "growth",
    ),
    Button(
        "growth_card", "成长档案卡", "过程", "FilePrint",
        "为选中的帮带对象生成成长档案卡，一人一册，可直接打印。请先选中对象所在的行，可选多行。", "growth",
    ),
    Button(
        "flags", "预警研判", "研判", "AccessTableIssues",
        "找出帮带次数不足、成长停滞、临近期满等情形，写明依据，填入“预警名单”。", "flag", large=True,
    ),
    Button(
        "gold_mentors", "金牌导师", "研判", "HappyFace",
        "按评选条件和各项得分排出金牌导师建议名单，填入“金牌导师”。", "award",
    ),
    Button(
        "pool", "导师库调整", "研判", "SortDialog",
        "按考核结果和负面情形提出导师库进、出、留的建议，填入“导师库调整”。", "pool",
    ),
    Button(
        "new_ledger", "新建台账", "台账", "FileNew",
        "为一个乡镇（街道）新建一本空白台账。", large=True,
    ),
    Button(
        "carry_over", "结转", "台账", "FileSaveAs",
        "把导师、对象和未期满的结对带到新年度的台账，编号接续；本年台账不变。", "unit",
    ),
    Button(
        "consolidate", "汇总乡镇台账", "台账", "Consolidate",
        "选择放台账的文件夹，汇总成一个工作簿并打开。个人电话自动打码，原台账不变。",
    ),
    Button(
        "insert_formulas", "插入公式", "公式", "FunctionWizard",
        "在选中的单元格插入“BD_”开头的公式，台账各表的范围自动填好。", "unit",
    ),
    Button(
        "formulas_to_values", "公式转为数值", "公式", "PasteValues",
        "上报前把“BD_”公式换成它当前的结果，没装本工具的电脑也能看。", "unit",
    ),
    Button(
        "undo", "撤销上一步", "工具", "Undo",
        "恢复上一次点按钮之前的内容和格式，可以连续撤销几步。", large=True,
    ),
    Button(
        "settings", "设置", "工具", "PropertySheet",
        "打开“参数”表：评分权重、次数要求、预警口径都在这里改。", "setting",
    ),
    Button("manual", "使用说明", "工具", "Help", "打开使用说明。"),
)  # fmt: skip
"""In the order of the tab: by group, left to right."""


def button(name: str) -> Button:
    """Return the button with an id or a label.

    Raises:
        UsageError: There is none.
    """
    for one in BUTTONS:
        if name in (one.id, one.label):
            return one
    labels = "、".join(one.label for one in BUTTONS)
    raise UsageError(f"没有“{name}”这个按钮", f"可用的按钮：{labels}")
