"""Write 使用说明: how to fill the ledger, in plain words, on at most two printed pages."""

from __future__ import annotations

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
from workbooks.text_fit import digits, lines_in_column

_LABEL_WIDTH, _TEXT_WIDTH = 12, 120
_STEPS = (
    "打开台账先看“首页”：列出待办事项和应填写的表，点标题即可转到；在“查人”中输入姓名或编号，可查本人的结对、联系、职责和预警。",
    "已有名册、登记表、工作记录或问卷导出表的，先点“导入原有台账”读入，无需重新填写。不能确定的列在“导入对照”中确认，"
    "每一单元格的去向列在“导入结果”，来源中没有的必填项另行补填。",
    "填写“填报信息”，其他表的表头自动带出单位、填报人和时间。",
    "填写“导师库”“个人对象”“组织对象”。编号可以留空，点“编号补全”统一编号。",
    "结对后在“结对台账”每对填一行，从下拉列表选导师和对象，姓名自动带出。外乡镇的导师直接填写编号。",
    "每次联系后在“工作日志”填一行，用一两句话写明内容。一次活动带多人的，结对编号填多个，用顿号分开。",
    "联系用于完成某项职责的，在“职责编号”中选该项：一次联系只计一对结对的一项职责，导师和对象的职责均可，未选的不计。"
    "未选的由“一键更新”在“职责编号建议”中推荐，核对后点“采纳职责建议”。",
    "每季度在“成长评价”对每名对象评价一次，对象签字后填写签字日期。",
    "有培养转化、期满考核、负面情形的，填入相应的表；没有的留空。临近期满时点“期满处理”生成考核行，"
    "填写考核日期、得分和结论后再点一次，状态和期满日期随之更新。",
    "年底点“结转”新建下一年度台账：标有“上年结转”的行和“上年日志”是研判所需的上年记录，无需重填，请勿删除。",
    "每周查看“本周待办”，应联系、应评价的对象和到期的职责自动列出。",
    "上报时点“上报”，校验后另存一份以单位和日期命名的台账，报送该份台账。",
)
_RULES = (
    "同一事项只在一张表填写一次：填写期满考核、培养转化、销号批准日期、终止日期、导师库调整的决定后，"
    "“一键更新”列出需随之更新的状态和日期，同意后一并更新。列名为灰色的列自动带出或计算，无需填写。",
    "列名为红字的必填。日期填写为 2026-05-03，出生年月填写为 1978-05，不填 2026.5.3。",
    "在表格下方接续填写，表格自动延长。不合并单元格，不加小计行，不改列名和表名。",
    "不再帮带的人员和结对保留原行，更新“状态”，并填写变更日期或终止原因。",
    "六个方面按 1–5 分评分，各分值的含义见“参数”表，全市统一。",
    "打印时只打印左侧主要列，右侧“补充信息”不打印；A4 横向，每页自动带标题行。",
    "“生成”类的表由本工具生成，没有内容时不显示；其中由乡镇填写的列（采纳、处理情况、决定等）重新生成时保留。",
)
_FAQ = (
    f"导师、对象、结对每张表前 {LISTED_ROWS} 行进入下拉列表和“本周待办”。",
    "“本周待办”的天数和次数按“参数”表；春节等“免计时段”自行掌握。日期无法识别的行在页底提示，不计入。",
    "新结对的职责按联系计划分到各月，双方合计不超过应联系次数，几个薄弱方面逐月轮流；"
    "按月联系、先完成先到期的职责，即可按期完成。",
    "进度、档案、预警等由本工具计算；未安装本工具的，“职责清单”的进度可以手工填写“已完成”。",
    "用命令（bangdai update）更新台账的，更新前的台账存入旁边的“备份”文件夹，保留最近 30 份；汇总时不读取该文件夹。",
    "参数由市、县统一下发，现行值见“设置”，乡镇一般不作改动；确需改动的先请示，汇总时提示。",
    "未找到某张表的：右击任一工作表标签，选“取消隐藏”；已装加载项的点“设置”按钮，再点一次收起。",
    "有疑问的，咨询县（区）委组织部负责此项工作的同志；问题和经验可以填入“交流园地”，随台账上报。",
)


def write_guide(sheet: Worksheet, styles: Styles) -> None:
    """Write 使用说明: steps, colours, sheets and rules."""
    guide = _Guide(sheet, styles)
    guide.title("使用说明")
    guide.part("一、填写步骤", _STEPS)
    guide.part("二、注意事项", _RULES)
    guide.heading("三、颜色说明")
    for colour, text in _legend():
        guide.swatch(colour, text)
    guide.heading("四、各表用途")
    guide.entry(HOME_SHEET, HOME_COLOUR, "待办数目、日常工作链接和查人，自动计算，无需填写")
    guide.entry(TODO_SHEET, HOME_COLOUR, "待办名单，打开即自动计算，无需填写")
    for model in SHEETS:
        text = f"{model.sheet.help}{_shown_when(model.sheet)}"
        guide.entry(model.sheet.name, TAB_COLOURS[model.sheet.kind], text)
    guide.entry(
        SETTINGS_SHEET, TAB_COLOURS[SheetKind.SETTINGS], "现行参数一览；平时隐藏的表的显示办法"
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
        (PALE[SheetKind.INPUT], "浅蓝色列名：乡镇填写的列（红字为必填）"),
        (PALE[SheetKind.SETTINGS], "灰色或浅绿色列名：自动带出或计算的列，无需填写"),
        (HIGHLIGHT_COLOURS["missing"], "浅红色单元格：本行已填写，必填项仍为空"),
        (HIGHLIGHT_COLOURS["recommended"], "浅黄色单元格：建议填写，留空不影响上报"),
        (HIGHLIGHT_COLOURS["double"], "橙色编号：与其他行重复"),
        (HIGHLIGHT_COLOURS["future"], "浅橙色日期：晚于今天"),
        (HIGHLIGHT_COLOURS["long"], "灰底斜体文字：内容较长，打印不全，以电子台账为准"),
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
        lines = lines_in_column(text, _TEXT_WIDTH, 12)
        self._sheet.set_row(self._row, 17.5 * lines + 1)
        self._row += 1

    def finish(self) -> None:
        self._sheet.print_area(0, 0, self._row - 1, 1)
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        set_page(self._sheet, TAB_COLOURS[SheetKind.SETTINGS], (_LABEL_WIDTH, _TEXT_WIDTH))
