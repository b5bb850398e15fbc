"""Add up a folder of ledgers again: the figures of 总览, 县区汇总, 六个方面, 乡镇汇总 and the cards."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.year.plain_growth import closing_of
from tests.year.plain_help import SEEKING, Help
from tests.year.plain_rows import SIX, Book, Row, code_of, codes_of, day_of

Figures = Counter
"""Numbers by name; the figures of two ledgers add up name by name."""


def figures_of(book: Book, helped: Help) -> Figures:
    """Count one ledger: contacts, conversions and end-of-period assessments are this year's."""
    today = helped.as_of
    pairings = [row for row in book.rows("结对台账") if row["状态"] == "帮带中"]
    paired = {code_of(row["对象编号"]) for row in pairings}
    figures: Figures = Counter()
    figures["在库导师"] = sum(row["状态"] == "在库" for row in book.rows("导师库"))
    for sheet, name in (("个人对象", "个人对象"), ("组织对象", "组织对象")):
        figures[name] = sum(row["状态"] != "退出" for row in book.rows(sheet))
        seeking = [row["对象编号"] for row in book.rows(sheet) if row["状态"] in SEEKING]
        figures["应结对"] += len(seeking)
        figures["已结对"] += sum(code in paired for code in seeking)
    figures["帮带中结对"] = len(pairings)
    for mentor in {code_of(row["导师编号"]) for row in pairings}:
        figures["帮带", mentor] = 1
    entries = [row for row in book.rows("工作日志") if not row.get("结转")]
    figures["日志条数"] = sum(day_of(row["日期"]) is not None for row in entries)
    for row in entries:
        day = day_of(row["日期"])
        if day and day <= today:
            times = len(codes_of(row["结对编号"]))
            figures["联系次数"] += times
            figures["月", f"{day:%Y-%m}"] += times
            figures[row["形式"]] += times
    _scores(figures, helped)
    quarter = today.year, (today.month - 1) // 3
    figures["本季评价"] = sum(
        (row["评价日期"].year, (row["评价日期"].month - 1) // 3) == quarter
        and row["评价日期"] <= today
        for row in book.rows("成长评价")
    )
    for sheet, word, heading in (("期满考核", "考核", "等次"), ("培养转化", "转", "新阶段")):
        for row in book.rows(sheet):
            figures[word + row[heading]] += not row.get("结转")
    for row in book.rows("组织对象"):
        figures["达销号条件"] += closing_of(helped.book, row).startswith("达到")
        figures["已销号"] += row["状态"] == "已销号"
    return figures


def _scores(figures: Figures, helped: Help) -> None:
    for code, row in helped.mentees.items():
        rated = helped.assessments(code)
        for aspect in SIX:
            if rated and row.get(aspect) and rated[-1].get(aspect):
                figures["评", aspect] += 1
                figures["摸底", aspect] += row[aspect]
                figures["最新", aspect] += rated[-1][aspect]


def shown(figures: Figures, month: str) -> Row:
    """Return the columns of 县区汇总 and 乡镇汇总."""
    rated = sum(figures["评", aspect] for aspect in SIX)
    return {
        **{
            name: figures[name]
            for name in (
                "在库导师", "个人对象", "组织对象", "应结对", "已结对", "帮带中结对", "日志条数",
                "联系次数", "线下", "线上", "本季评价", "考核优秀", "考核合格", "达销号条件", "已销号",
            )
        },
        "结对率": divided(figures["已结对"], figures["应结对"]),
        "人均帮带": divided(figures["帮带中结对"], engaged(figures)),
        "本月联系": figures["月", month],
        "摸底均分": divided(sum(figures["摸底", aspect] for aspect in SIX), rated),
        "最新均分": divided(sum(figures["最新", aspect] for aspect in SIX), rated),
        "转后备干部": figures["转后备干部"],
        "转村带头人": figures["转村党组织带头人"],
    }  # fmt: skip


def engaged(figures: Figures) -> int:
    """Return how many mentors help somebody."""
    return sum(isinstance(name, tuple) and name[0] == "帮带" for name in figures)


def aspects_shown(figures: Figures) -> Row:
    """Return the columns of 六个方面."""
    return {
        f"{aspect}{word}": divided(figures[word, aspect], figures["评", aspect])
        for aspect in SIX
        for word in ("摸底", "最新")
    }


def divided(part: float, whole: float) -> float | None:
    """Return a quotient, None where there is nothing to divide by."""
    return part / whole if whole else None


def cards(figures: Figures, month: str, received: str, errors: int) -> dict[str, str]:
    """Return the cards of 总览, label → text."""
    rated = sum(figures["评", aspect] for aspect in SIX)
    gain = sum(figures["最新", aspect] - figures["摸底", aspect] for aspect in SIX)
    held = figures["线上"] + figures["线下"]
    texts: dict[str, Any] = {
        "已收台账": received,
        "结对率": _percent(divided(figures["已结对"], figures["应结对"])),
        "人均帮带": _tenth(divided(figures["帮带中结对"], engaged(figures)), ""),
        "本月联系": figures["月", month],
        "线上占比": _percent(divided(figures["线上"], held)),
        "六方面均分变化": _tenth(divided(gain, rated), "+"),
        "转村带头人": figures["转村党组织带头人"],
        "已销号组织": figures["已销号"],
        "台账错误": errors,
    }
    for name in (
        "在库导师", "个人对象", "组织对象", "帮带中结对", "联系次数", "本季评价", "考核优秀"
    ):  # fmt: skip
        texts[name] = figures[name]
    return {label: str(text) for label, text in texts.items()}


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}%"


def _tenth(number: float | None, sign: str) -> str:
    return "—" if number is None else f"{number:{sign}.1f}"
