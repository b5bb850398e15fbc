"""Read what a consolidated workbook merged, and work out its report sheets again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tests.year.plain_help import Help
from tests.year.plain_ranking import conversion_row, organisation_rows, ranking_rows, trained
from tests.year.plain_rows import (
    FILE,
    HEADING_ROW,
    NUMBER,
    SIX,
    Book,
    Row,
    month_of,
    shifted,
    value_of,
)
from tests.year.plain_totals import Figures, aspects_shown, cards, divided, figures_of, shown

MERGED = (
    "导师库", "个人对象", "组织对象", "结对台账", "职责清单", "工作日志", "成长评价", "培养转化",
    "期满考核", "负面情形", "成长档案", "预警名单", "金牌导师", "导师库调整",
)  # fmt: skip


def merged_book(consolidated: Path, ledgers: Iterable[Path], common: dict[str, str]) -> Book:
    """Return the accepted rows of a consolidated workbook, with every ledger's own 参数.

    Args:
        consolidated: The workbook.
        ledgers: The ledgers it was made of.
        common: 参数 as a blank ledger has it.
    """
    tables = {
        name: [
            {**row, FILE: row["来源文件"], NUMBER: row.get("来源行")}
            for row in table(consolidated, name)
            if row["校验状态"] != "有误"
        ]
        for name in MERGED
    }
    paths = list(ledgers)
    tables["工作日志"] += [row for path in paths for row in _last_year(path)]
    settings = {path.name: {**common, **_settings(path, common)} for path in paths}
    return Book(tables, settings, {}, common)


def _last_year(path: Path) -> list[Row]:
    """Return the entries of 上年日志, which are judged by but not counted in this year's figures."""
    if "上年日志" not in CalamineWorkbook.from_path(str(path)).sheet_names:
        return []
    rows = (row for row in table(path, "上年日志") if any(row.values()))
    return [{**row, FILE: path.name, "结转": "上年结转"} for row in rows]


def _settings(path: Path, known: dict[str, str]) -> dict[str, str]:
    workbook = CalamineWorkbook.from_path(str(path))
    if "参数" not in workbook.sheet_names:
        return {}
    lines = workbook.get_sheet_by_name("参数").to_python(skip_empty_area=False)
    found = {}
    for line in lines:
        texts = [str(value_of(cell) or "") for cell in line]
        for at, text in enumerate(texts[:-1]):
            if text in known and texts[at + 1]:
                found[text] = texts[at + 1]
    return found


def table(path: Path, name: str) -> list[Row]:
    """Return the rows of a sheet whose headings stand in row 3."""
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name)
    lines = cells.to_python(skip_empty_area=False)
    headings = [str(cell) for cell in lines[HEADING_ROW - 1]]
    return [dict(zip(headings, map(value_of, line), strict=True)) for line in lines[HEADING_ROW:]]


def unit_figures(helped: Help) -> dict[str, Figures]:
    """Return the figures of every ledger by the unit code its IDs carry."""
    by_file: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for name, rows in helped.book.tables.items():
        for row in rows:
            by_file[row[FILE]][name].append(row)
    figures = {}
    for tables in by_file.values():
        book = Book(tables, helped.book.settings, {}, helped.book.common)
        code = tables["导师库"][0]["导师编号"][1:10]
        figures[code] = figures_of(book, Help(book, helped.as_of))
    return figures


def grids(helped: Help, year: int, names: dict[str, tuple[str, str]]) -> dict[str, list[Row]]:
    """Return the report sheets by name, each row with its figures.

    Args:
        helped: Of the merged rows.
        year: The year the townships are ranked for.
        names: County and township by unit code.
    """
    units, month = unit_figures(helped), f"{helped.as_of:%Y-%m}"
    counties: dict[str, Figures] = defaultdict(Figures)
    for code, figures in units.items():
        counties[names[code][0]] += +figures
    counties["合计"] = sum((+figures for figures in units.values()), Figures())
    return {
        "县区汇总": [{"县(区)": name, **shown(one, month)} for name, one in counties.items()],
        "六个方面": [{"县(区)": name, **aspects_shown(one)} for name, one in counties.items()],
        "乡镇汇总": [
            {"县(区)": names[code][0], "乡镇(街道)": names[code][1], **shown(one, month)}
            for code, one in units.items()
        ]
        + [{"县(区)": "合计", "乡镇(街道)": None, **shown(counties["合计"], month)}],
        "比学赶帮": [
            {"县(区)": names[row["unit"]][0], "乡镇(街道)": names[row.pop("unit")][1], **row}
            for row in ranking_rows(helped, year)
        ],
        "两个带头人转化": _conversions(helped, names),
        "组织销号": organisation_rows(helped),
    }


def overview_cards(helped: Help, received: str, errors: int) -> dict[str, str]:
    """Return the cards of 总览."""
    total = sum((+one for one in unit_figures(helped).values()), Figures())
    return cards(total, f"{helped.as_of:%Y-%m}", received, errors)


def saved_cards(consolidated: Path) -> dict[str, str]:
    """Return the cards 总览 shows, label → text."""
    sheet = CalamineWorkbook.from_path(str(consolidated)).get_sheet_by_name("总览")
    lines = sheet.to_python(skip_empty_area=False)
    return {
        str(label): str(text)
        for top in (2, 6)
        for label, text in zip(lines[top], lines[top + 1], strict=True)
        if label
    }


def _conversions(helped: Help, names: dict[str, tuple[str, str]]) -> list[Row]:
    every = trained(helped)
    by_unit = defaultdict(list)
    for code in every:
        by_unit[code[1:10]].append(code)
    rows = [
        {"县(区)": names[unit][0], "乡镇(街道)": names[unit][1], **conversion_row(helped, codes)}
        for unit, codes in sorted(by_unit.items())
    ]
    for county in dict.fromkeys(names[unit][0] for unit in sorted(by_unit)):
        codes = [code for code in every if names[code[1:10]][0] == county]
        rows.append({"县(区)": county, "乡镇(街道)": "小计", **conversion_row(helped, codes)})
    return [*rows, {"县(区)": "合计", "乡镇(街道)": None, **conversion_row(helped, every)}]


# --- the figures behind the charts ------------------------------------------------------------------


def saved_series(consolidated: Path) -> dict[str, dict[str, Any]]:
    """Return the tables below the charts of 总览: by heading, label → figure or figures."""
    sheet = CalamineWorkbook.from_path(str(consolidated)).get_sheet_by_name("总览")
    lines = [[value_of(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)]
    top = next(n for n, line in enumerate(lines) if line[0] == "县（区）")
    down = lines[top + 1 :]
    return {
        "结对率": {line[0]: line[2] for line in down if line[0]},
        "填报情况": {line[4]: line[6] for line in down if line[4]},
        "六个方面": {line[8]: (line[10], line[11]) for line in down if line[8]},
        "联系次数": {line[13]: line[15] for line in down if line[13]},
    }


def series(helped: Help, names: dict[str, tuple[str, str]], states: Counter[str]) -> dict[str, Any]:
    """Return what those tables say: of the counties with a ledger, and of the last twelve months."""
    units = unit_figures(helped)
    total = sum((+one for one in units.values()), Figures())
    rates = {}
    for county in {county for county, _ in names.values()}:
        own = sum((+one for code, one in units.items() if names[code][0] == county), Figures())
        rates[county] = divided(own["已结对"], own["应结对"])
    months = [shifted(month_of(helped.as_of), -back) for back in range(11, -1, -1)]
    means = aspects_shown(total)
    return {
        "结对率": rates,
        "填报情况": {
            state: states[state] for state in ("已报", "有误", "版本不符", "上年台账", "未报")
        },
        "六个方面": {aspect: (means[f"{aspect}摸底"], means[f"{aspect}最新"]) for aspect in SIX},
        "联系次数": {
            f"{month.year}年\n{month.month}月": total["月", f"{month:%Y-%m}"] for month in months
        },
    }
