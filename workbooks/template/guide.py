"""Write 使用说明: how to fill the ledger, in plain words, on at most two printed pages."""

from __future__ import annotations

from math import ceil

from xlsxwriter.worksheet import Worksheet

from validators.sheets import SHEETS, Sheet, SheetKind
from workbooks.pages import set_page
from workbooks.template.layout import HOME_SHEET, LISTED_ROWS, SETTINGS_SHEET, TODO_SHEET
from workbooks.template.styles import (
    HIGHLIGHT_COLOURS,
    HOME_COLOUR,
    LINE,
    PALE,
    TAB_COLOURS,
    Styles,
)
from workbooks.text_fit import digits, text_width

_LABEL_WIDTH, _TEXT_WIDTH = 12, 120
_STEPS = (
    "打开台账先看“首页”：有什么待办、该填哪张表，点标题直接过去；在“查人”里输入姓名或编号，看本人的结对、联系、职责和预警。",
    "手上已有名册、登记表、工作记录或问卷导出的表，先点“导入原有台账”读进来，不用重新录入：拿不准的列在“导入对照”里确认，"
    "每一格的去向写在“导入结果”，来源里没有的必填项再补填。",
    "填好“填报信息”，其他表的表头会自动带出单位、填报人和时间。",
    "再填“导师库”“个人对象”“组织对象”。编号可以留空，点“编号补全”统一编号。",
    "结对后在“结对台账”每对填一行，从下拉列表选导师和对象，姓名自动带出。外乡镇的导师直接填编号。",
    "每次联系后在“工作日志”填一行，写一两句话就行。一次活动带多人，在结对编号里用顿号隔开多个编号。",
    "联系是为了哪项职责，就在“职责编号”选哪项：一次联系只算一对结对的一项职责，导师和对象的职责都算，没选的不计。"
    "没选的由“一键更新”在“职责编号建议”里推荐，核对后点“采纳职责建议”。",
    "每季度在“成长评价”给每位对象评一次，请对象签字后填签字日期。",
    "有转化、期满考核、负面情形的，填到对应的表；没有就空着。期满处理：快期满时点“期满处理”备好考核的行，"
    "填好考核日期、得分和结论再点一次，状态和期满日期随之更新。",
    "年底用“结转”建新年度台账：标“上年结转”的行和“上年日志”是研判要用的上年记录，不用重填，也不要删。",
    "每周看一眼“本周待办”，它自动列出该联系谁、哪些职责到期、谁该评价。",
    "上报时点“上报”，校验后另存一份以单位和日期命名的台账，把这一份交上去。",
)
_RULES = (
    "一件事只在一张表填一次：期满考核、培养转化、销号批准日期、终止日期、导师库调整的决定填好后，"
    "“一键更新”列出随之要改的状态和日期，同意后一并改好。灰色表头的列是自动带出或计算的，不用填。",
    "红字表头为必填。日期写成 2026-05-03，出生年月写成 1978-05；不要写 2026.5.3。",
    "直接在表格下面接着填，表格会自动变长。不要合并单元格，不要加小计行，不要改表头和表名。",
    "不再帮带的人和结对不要删行，改“状态”，并填变更日期或终止原因。",
    "六个方面按 1–5 分打，每一分的含义见“参数”表，全市统一，请照着打。",
    "打印时只打左边的主要列，右边“补充信息”不打印；A4 横向，每页自动带表头。",
    "“生成”类的表由工具写出，没有内容时不显示；旁边留给乡镇填写的列（采纳、处理情况、决定等）重新生成时会保留。",
)
_FAQ = (
    f"导师、对象、结对每张表前 {LISTED_ROWS} 行进入下拉列表和本周待办，一个乡镇足够用。",
    "“本周待办”的天数和次数按“参数”表；春节等“免计时段”请自行掌握。日期认不出的行在页底提示，不计入。",
    "新结对的职责按联系计划分到各月，两方合计不超过应联系次数，几个薄弱方面逐月轮流；"
    "按月联系、先做先到期的职责，就能按期完成。",
    "进度、档案、预警等由工具计算；没装工具时“职责清单”的进度可以自己填“已完成”。",
    "参数由市、县统一下发，现行值见“设置”，乡镇一般不改；确需改动请先请示，汇总时会提示。",
    "找不到某张表：在任意工作表标签上点右键，选“取消隐藏”；装了加载项的点“设置”按钮，再点一次收起。",
    "有疑问先问县（区）委组织部负责此项工作的同志；问题和好做法可以写进“交流园地”，随台账上报。",
)


def write_guide(sheet: Worksheet, styles: Styles) -> None:
    """Write 使用说明: steps, colours, sheets and rules."""
    guide = _Guide(sheet, styles)
    guide.title("使用说明")
    guide.part("一、怎么填", _STEPS)
    guide.part("二、注意什么", _RULES)
    guide.heading("三、颜色的意思")
    for colour, text in _legend():
        guide.swatch(colour, text)
    guide.heading("四、每张表做什么")
    guide.entry(HOME_SHEET, HOME_COLOUR, "待办的数目、日常工作的链接和查人，自动计算")
    guide.entry(TODO_SHEET, HOME_COLOUR, "待办的名单，自动计算，打开就看，不用填写")
    for model in SHEETS:
        text = f"{model.sheet.help}{_shown_when(model.sheet)}"
        guide.entry(model.sheet.name, TAB_COLOURS[model.sheet.kind], text)
    guide.entry(
        SETTINGS_SHEET, TAB_COLOURS[SheetKind.SETTINGS], "现行口径一览；怎样显示平时隐藏的表"
    )
    guide.part("五、常见问题", _FAQ)
    guide.finish()


def _shown_when(sheet: Sheet) -> str:
    """Return when a sheet that rests hidden is to be seen, "" for the others."""
    if sheet.rests_hidden(filled=True):
        return "（平时隐藏，打开办法见“设置”）"
    return "（没有内容时不显示）" if sheet.rests_hidden(filled=False) else ""


def _legend() -> tuple[tuple[str, str], ...]:
    return (
        (PALE[SheetKind.INPUT], "浅蓝表头：乡镇填写的列（红字为必填）"),
        (PALE[SheetKind.SETTINGS], "灰色或浅绿表头：自动带出或计算的列，不用填"),
        (HIGHLIGHT_COLOURS["missing"], "浅红单元格：这一行已经在填，但必填项还空着"),
        (HIGHLIGHT_COLOURS["recommended"], "浅黄单元格：建议填写，空着不影响上报"),
        (HIGHLIGHT_COLOURS["double"], "橙色编号：与别的行重复"),
        (HIGHLIGHT_COLOURS["future"], "浅橙日期：填成了将来的日期"),
        (HOME_COLOUR, "红色标签：首页和待办"),
        (TAB_COLOURS[SheetKind.INPUT], "蓝色标签：填报表"),
        (TAB_COLOURS[SheetKind.GENERATED], "绿色标签：自动生成的表"),
        (TAB_COLOURS[SheetKind.SETTINGS], "灰色标签：设置和说明"),
    )


class _Guide:
    """Writes lines from top to bottom: a narrow number, colour or name, then the text."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self._sheet = sheet
        self._styles = styles
        self._row = 0
        sheet.hide_gridlines(2)
        sheet.set_column("A:A", digits(_LABEL_WIDTH))
        sheet.set_column("B:B", digits(_TEXT_WIDTH))

    def title(self, text: str) -> None:
        self._sheet.merge_range(0, 0, 0, 1, text, self._styles.title())
        self._sheet.set_row(0, 36)
        self._row = 1

    def heading(self, text: str) -> None:
        style = self._styles.heiti(13, bottom=1, bottom_color=LINE)
        self._sheet.write_string(self._row, 0, text, style)
        self._sheet.write_blank(self._row, 1, None, style)
        self._sheet.set_row(self._row, 26)
        self._row += 1

    def part(self, title: str, lines: tuple[str, ...]) -> None:
        self.heading(title)
        number = self._styles.fangsong(12, align="right", valign="top")
        for count, text in enumerate(lines, 1):
            self._sheet.write_string(self._row, 0, f"{count}.", number)
            self._text(text)

    def swatch(self, colour: str, text: str) -> None:
        style = self._styles.make(bg_color=colour, border=1, border_color="#FFFFFF")
        self._sheet.write_blank(self._row, 0, None, style)
        self._text(text)

    def entry(self, name: str, colour: str, text: str) -> None:
        style = self._styles.heiti(12, font_color=colour, underline=1, valign="top")
        self._sheet.write_url(self._row, 0, f"internal:'{name}'!A1", style, name)
        self._text(text)

    def _text(self, text: str) -> None:
        style = self._styles.fangsong(12, text_wrap=True, valign="top")
        self._sheet.write_string(self._row, 1, text, style)
        lines = ceil(text_width(text) * 12 / 11 / _TEXT_WIDTH)
        self._sheet.set_row(self._row, 17.5 * lines + 1)
        self._row += 1

    def finish(self) -> None:
        self._sheet.print_area(0, 0, self._row - 1, 1)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        set_page(self._sheet, TAB_COLOURS[SheetKind.SETTINGS], (_LABEL_WIDTH, _TEXT_WIDTH))
