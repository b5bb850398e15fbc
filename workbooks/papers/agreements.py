"""Write 帮带协议书: articles and signatures on the first page, both annexes on the second.

Printed on both sides an agreement is one sheet of paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import Side
from workbooks.pages import PageFormat, PageWriter, full_date, printable
from workbooks.papers.content import Duty, PairingPaper, Papers
from workbooks.template.styles import Styles

# --- the articles ---------------------------------------------------------------------------------

PREAMBLE = (
    "　　为落实基层干部“导师帮带制”，传经验、帮业务、带作风，按照双向自愿、组织统筹的原则，"
    "甲、乙双方结成帮带对子，在丙方组织下签订本协议。"
)


def clauses(pairing: PairingPaper, contacts_per_month: int) -> dict[str, str]:
    """Return the articles: heading → text."""
    path = f"，帮带路径为{pairing.path}" if pairing.path else ""
    return {
        "帮带方式和期限": (
            f"结对方式为{pairing.mode}{path}。帮带期限自{full_date(pairing.paired_on)}起"
            f"至{full_date(pairing.until)}止。"
        ),
        "帮带重点": _focus(pairing),
        "双方职责": (
            "甲方履行传、帮、带、培、促的责任，言传身教、放手压担；乙方虚心求教、主动实践，"
            f"按时完成任务。{'具体事项、次数和期限见附件1。' if pairing.duties else ''}"
        ),
        "联系要求": (
            f"帮带期内甲、乙双方每月至少联系{contacts_per_month}次，线上线下均可，"
            "每次联系如实记入工作日志。一方因故暂不能联系的，提前告知对方并报丙方。"
        ),
        "考核": (
            "丙方定期了解帮带情况，按期评价乙方成长；帮带期满组织考核，评定优秀、合格或不合格，"
            "作出出师、续帮或调整的结论。考核结果作为评价甲、乙双方的参考。"
        ),
        "纪律": (
            f"甲、乙双方遵守附件{'2' if pairing.duties else ''}所列要求。违反的，丙方视情节提醒、"
            "批评教育或者调整结对；违纪违法的，按有关规定处理。"
        ),
        "变更和终止": (
            "因工作调动、健康等原因不能继续帮带的，经丙方同意可以暂停、调整或者终止，"
            "并在结对台账中注明。"
        ),
        "其他": (
            "本协议一式三份，甲、乙、丙三方各执一份，自各方签字（盖章）之日起生效。"
            "附件与正文具有同等效力。"
        ),
    }


def _focus(pairing: PairingPaper) -> str:
    if not pairing.weak:
        return "根据乙方岗位需要和成长情况，全面帮助提升。"
    return f"针对乙方的薄弱环节，重点帮助提升{'、'.join(pairing.weak)}。"


# --- 负面行为清单 ---------------------------------------------------------------------------------------
# Such a list is published practice; the wording is this project's own and stays within what any
# cadre is bound to anyway.

FOR_MENTORS = (
    "不得以帮带名义收受礼品礼金、消费卡券，或者接受宴请。",
    "不得要求帮带对象代办私事，或者代写材料、代担责任。",
    "不得只挂名不帮带，编造联系记录、事后集中补记日志。",
    "不得借帮带插手村（社区）选举用人、工程项目和资金分配，为自己或亲友谋利。",
    "不得向帮带对象推销产品、保险，或者拉其参加与履职无关的营利活动。",
    "不得训斥羞辱帮带对象，或者借评价打分施压。",
    "不得泄露帮带中知悉的工作秘密、个人隐私和群众信息。",
)
"""What a mentor must not do, each a full sentence."""

FOR_MENTEES = (
    "不得向导师赠送礼品礼金，或者以拜师、答谢名义组织宴请。",
    "不得借导师名义请托说情、谋求任用，或者承揽项目、争取照顾。",
    "不得无故不参加帮带活动，或者不完成约定的学习和工作任务。",
    "不得编造学习成果、工作实绩，虚报带动人数和收入数据。",
    "不得将本职工作推给导师，或者以接受帮带为由不服从所在党组织管理。",
    "不得隐瞒帮带中发现的问题，或者在评价导师时讲人情、打假分。",
    "不得泄露帮带中知悉的工作秘密、个人隐私和群众信息。",
)
"""What a mentee, also the leaders of a mentee organisation, must not do."""


# --- drawing --------------------------------------------------------------------------------------

_PAGE = PageFormat(landscape=False, side=50, top=50, bottom=44)
_WIDTHS = (26, 56, 74, 156, 52, 40, 72)
"""Points; the duty table and the three signatures share these columns."""

_ALL, _LABEL, _VALUE = (0, 6), (0, 1), (2, 6)
_SIGNATURES = ((0, 2), (3, 3), (4, 6))
_DUTY = ((0, 0), (1, 1), (2, 4), (5, 5), (6, 6))
_DUTY_HEADINGS = ("序号", "帮带方面", "职责事项", "次数", "完成期限")
_SIZE, _SMALL = 13, 10.5
_DUTY_TITLE = {"font_name": "黑体", "font_size": _SMALL, "border": 1}
_MOST_LINES = 12
_SIDES = {Side.MENTOR: "甲方（导师）职责", Side.MENTEE: "乙方（对象）职责"}
_NUMERALS = "一二三四五六七八"
_ANNEX_TITLE, _SUBTITLE = 28, 20
_SIGNATURE_ROWS = (24, 62, 24)


def write_agreements(
    sheet: Worksheet, pairings: Sequence[PairingPaper], papers: Papers, styles: Styles
) -> None:
    """Write the agreement of each of `pairings`, each beginning on a new page."""
    pages = PageWriter(sheet, _WIDTHS, _PAGE)
    for pairing in pairings:
        pages.new_page()
        _Agreement(pages, pairing, styles).write(papers)
    pages.finish()


class _Agreement:
    """Writes one agreement with its annexes."""

    def __init__(self, pages: PageWriter, pairing: PairingPaper, styles: Styles) -> None:
        self._pages = pages
        self._pairing = pairing
        self._styles = styles

    def write(self, papers: Papers) -> None:
        self._line(40, "基层干部“导师帮带制”帮带协议书", font_name="宋体", font_size=22, bold=True,
                   align="center")  # fmt: skip
        self._line(24, f"编号：{printable(self._pairing.pairing_id)}", font_size=12, align="right")
        self._parties(printable(papers.unit))
        self._paragraph(PREAMBLE)
        for numeral, (name, text) in zip(
            _NUMERALS, clauses(self._pairing, papers.contacts_per_month).items(), strict=True
        ):
            self._clause(f"　　{numeral}、{name}。", text)
        self._sign()
        self._pages.new_page()
        self._annexes()

    def _line(self, height: float, text: str, **properties: object) -> None:
        self._pages.add_row(height)
        style = {"font_name": "仿宋", "font_size": _SIZE, "text_wrap": True, **properties}
        self._pages.put(_ALL, text, self._styles.make(**style))

    def _parties(self, unit: str) -> None:
        pairing = self._pairing
        mentee_post = printable(pairing.mentee.post)
        if pairing.organisation:
            mentee_post = f"党组织书记：{mentee_post}"
        for label, text in (
            ("甲方（导师）", f"{printable(pairing.mentor.name)}　{printable(pairing.mentor.post)}"),
            ("乙方（对象）", f"{printable(pairing.mentee.name)}　{mentee_post}"),
            ("丙方（组织）", unit),
        ):
            fitted = self._pages.fit(text, _VALUE, _SIZE, _MOST_LINES)
            self._pages.add_row(max(28, self._pages.height(fitted, _VALUE, _SIZE, air=9)))
            self._pages.put(_LABEL, label, self._styles.heiti(12, border=1, align="center"))
            style = self._styles.fangsong(_SIZE, border=1, text_wrap=True, indent=1)
            self._pages.put(_VALUE, fitted, style)
        self._pages.add_row(8)

    def _paragraph(self, text: str, size: float = _SIZE) -> None:
        self._line(self._pages.height(text, _ALL, size, air=3), text, font_size=size)

    def _clause(self, heading: str, text: str) -> None:
        """Write an article: the heading in 黑体 runs into the text."""
        self._pages.add_row(self._pages.height(heading + text, _ALL, _SIZE, air=3))
        self._pages.put_rich(
            _ALL,
            (self._styles.heiti(_SIZE), heading),
            (self._styles.fangsong(_SIZE), text),
            self._styles.fangsong(_SIZE, text_wrap=True),
        )

    def _sign(self) -> None:
        """Write the three signatures at the foot of the page."""
        needed = sum(_SIGNATURE_ROWS)
        self._pages.ensure_room(needed)
        if self._pages.left > needed + 1:
            self._pages.add_row(min(self._pages.left - needed, 60))
        seal = self._styles.fangsong(12, text_wrap=True, valign="top")
        mentee = "签字（盖章）" if self._pairing.organisation else "签字"
        for height, texts in zip(
            _SIGNATURE_ROWS,
            (
                ("甲方签字：", f"乙方{mentee}：", "丙方（盖章）："),
                ("",) * 3,
                (full_date(None),) * 3,
            ),
            strict=True,
        ):
            self._pages.add_row(height)
            for columns, text in zip(_SIGNATURES, texts, strict=True):
                self._pages.put(columns, text, seal)

    def _annexes(self) -> None:
        """Write the duties, if any, and the prohibitions."""
        if self._pairing.duties:
            self._annex_title("附件1", "帮带职责清单")
            self._duties()
            self._pages.add_row(10)
        self._prohibitions("附件2" if self._pairing.duties else "附件")

    def _annex_title(self, label: str, title: str) -> None:
        text = f"{label}　{title}（编号：{printable(self._pairing.pairing_id)}）"
        self._line(_ANNEX_TITLE, text, font_name="黑体", font_size=12)

    def _duties(self) -> None:
        """Write one table of both sides' duties."""
        self._duty_headings()
        number = 0
        for side, title in _SIDES.items():
            duties = [duty for duty in self._pairing.duties if duty.side is side]
            if duties:
                if self._pages.ensure_room(60):  # no title alone at the foot of a page
                    self._duty_headings()
                self._pages.add_row(19)
                self._pages.put(_ALL, title, self._styles.make(**_DUTY_TITLE, bg_color="#F2F2F2"))
            for duty in duties:
                number += 1
                self._duty(number, duty)

    def _duty_headings(self) -> None:
        self._pages.add_row(20)
        for columns, text in zip(_DUTY, _DUTY_HEADINGS, strict=True):
            self._pages.put(columns, text, self._styles.make(**_DUTY_TITLE, align="center"))

    def _duty(self, number: int, duty: Duty) -> None:
        item = self._pages.fit(printable(duty.item), _DUTY[2], _SMALL, _MOST_LINES)
        height = max(19, self._pages.height(item, _DUTY[2], _SMALL, air=3))
        if self._pages.ensure_room(height):
            self._duty_headings()
        self._pages.add_row(height)
        texts = (str(number), duty.aspect.value, item, f"{duty.target}次", duty.due_on.isoformat())
        for place, (columns, text) in enumerate(zip(_DUTY, texts, strict=True)):
            align = "left" if place == 2 else "center"
            style = self._styles.fangsong(_SMALL, border=1, align=align, text_wrap=True)
            self._pages.put(columns, text, style)

    def _prohibitions(self, label: str) -> None:
        """Write the annex of prohibitions on one page, not broken."""
        lists = (("一、导师", FOR_MENTORS), ("二、帮带对象", FOR_MENTEES))
        lines = {
            title: [f"　{number}．{text}" for number, text in enumerate(texts, 1)]
            for title, texts in lists
        }
        size = self._largest_size([line for texts in lines.values() for line in texts])
        self._annex_title(label, "帮带负面行为清单")
        for title, texts in lines.items():
            self._line(_SUBTITLE, title, font_name="黑体", font_size=size)
            for line in texts:
                self._line(self._pages.height(line, _ALL, size, air=0.5), line, font_size=size)

    def _largest_size(self, lines: Sequence[str]) -> float:
        """Return the largest font size that keeps the list on this page, or turn the page."""
        for size in (12, _SMALL):
            needed = sum(self._pages.height(line, _ALL, size, air=0.5) for line in lines)
            if needed + _ANNEX_TITLE + 2 * _SUBTITLE <= self._pages.left:
                return size
        self._pages.new_page()
        return 12
