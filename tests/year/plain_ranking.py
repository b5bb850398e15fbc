"""Work out again 比学赶帮, 两个带头人转化 and 组织销号 of a folder of ledgers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

from tests.year.plain_growth import closing_of, path_of, result_of, stage_of
from tests.year.plain_help import SEEKING, Help
from tests.year.plain_results import Part, Results, half_up
from tests.year.plain_rows import Row, code_of, figure

MEASURES = ("结对", "按月联系", "职责完成", "成长提升", "期满合格", "培养转化", "组织销号")
STAGES = ("致富带头人", "后备干部", "村党组织带头人")
ROUTES = {
    "致富带头人→后备干部": ("致富带头人", {"后备干部", "村党组织带头人"}),
    "后备干部→村党组织带头人": ("后备干部", {"村党组织带头人"}),
    "致富带头人→村党组织带头人": ("致富带头人", {"村党组织带头人"}),
    "村党组织带头人→致富带头人": ("村党组织带头人", {"致富带头人"}),
}


def ranking_rows(helped: Help, year: int) -> list[Row]:
    """Return the rows of 比学赶帮 by unit code, the best first."""
    counts = _counts(helped, year)
    seen = {unit: parts for unit, parts in counts.items() if any(of for _, of in parts)}
    weights = [Fraction(word) for word in helped.book.words("比学赶帮分项分值")]
    prior = int(helped.book.number("比学赶帮平滑基数"))
    points: dict[str, list[float]] = {unit: [] for unit in seen}
    for at, weight in enumerate(weights):
        done = sum(parts[at][0] for parts in seen.values())
        of = sum(parts[at][1] for parts in seen.values())
        for unit, parts in seen.items():
            typical = Fraction(done, of) if of else None
            share = typical and (parts[at][0] + prior * typical) / (parts[at][1] + prior)
            points[unit].append(half_up(weight, share if of else None))
    scores = {unit: sum(round(10 * one) for one in some) / 10 for unit, some in points.items()}
    return [
        {
            "名次": 1 + sum(other > score for other in scores.values()),
            "unit": unit,
            "得分": score,
            **dict(zip(MEASURES, points[unit], strict=True)),
            "依据": "；".join(
                f"{name} {part[0]}/{part[1]} 得 {figure(one)} 分"
                for name, part, one in zip(MEASURES, seen[unit], points[unit], strict=True)
            ),
        }
        for unit, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    ]


def _counts(helped: Help, year: int) -> dict[str, list[Part]]:
    results = Results(helped, date(year, 1, 1), min(date(year, 12, 31), helped.as_of))
    counts: dict[str, list[Part]] = defaultdict(lambda: [(0, 0)] * len(MEASURES))

    def count(unit: str, at: int, part: Part) -> None:
        done, of = counts[unit][at]
        counts[unit][at] = done + part[0], of + part[1]

    for code in helped.seeking():
        count(code[1:10], 0, (int(bool(helped.running(code))), 1))
    by_unit = defaultdict(list)
    for pairings in helped.of_mentor.values():
        for pairing in pairings:
            if results.overlaps(pairing):
                by_unit[code_of(pairing["对象编号"])[1:10]].append(pairing)
    for unit, pairings in by_unit.items():
        tally = results.tally(pairings)
        passed = sum(final["等次"] != "不合格" for final in tally.finals)
        count(unit, 1, tally.kept)
        count(unit, 2, results.duties(pairings, None)[0])
        count(unit, 3, tally.aspects)
        count(unit, 4, (passed, len(tally.finals)))
    for code in trained(helped):
        for route in list(ROUTES)[:2]:
            entered, reached = _on(helped, code, route)
            count(code[1:10], 5, (reached, entered))
    for row in helped.book.rows("组织对象"):
        done = closing_of(helped.book, row) in {"已销号", "达到销号条件，待县级验收"}
        late = row["状态"] in SEEKING and row.get("提升措施") and row.get("提升期限")
        if done or (late and row["提升期限"] < helped.as_of):
            count(row["对象编号"][1:10], 6, (int(done), 1))
    return counts


# --- the two leaders -------------------------------------------------------------------------------


def trained(helped: Help) -> list[str]:
    """Return the individuals who are or were on the way between the two leaders."""
    return [
        row["对象编号"]
        for row in helped.book.rows("个人对象")
        if set(path_of(helped, row["对象编号"])) - {"未纳入"}
    ]


def _on(helped: Help, code: str, route: str) -> tuple[int, int]:
    """Return whether an individual's way holds the start of a route, and a goal after it."""
    (start, goals), path = ROUTES[route], path_of(helped, code)
    if start not in path:
        return 0, 0
    return 1, int(bool(goals.intersection(path[path.index(start) :])))


def conversion_row(helped: Help, codes: list[str]) -> Row:
    """Return the figures of some individuals in 两个带头人转化."""
    row: Row = {stage: sum(stage_of(helped, code) == stage for code in codes) for stage in STAGES}
    for route in ROUTES:
        ways = [_on(helped, code, route) for code in codes]
        entered, reached = (sum(way[at] for way in ways) for at in (0, 1))
        row[f"{route}：转化"] = reached
        row[f"{route}：转化率"] = reached / entered if entered else None
    results = [result for code in codes if (result := result_of(helped, code))]
    led = [result.get("带动人数") or 0 for result in results]
    raised = [
        one for one in zip(led, results, strict=True) if one[1].get("人均增收(元)") is not None
    ]
    people = sum(number for number, _ in raised)
    gain = sum(number * result["人均增收(元)"] for number, result in raised)
    row["带动人数"] = sum(led)
    row["人均增收(元)"] = round(gain / people) if people else None
    return row


# --- organisations ---------------------------------------------------------------------------------


def organisation_rows(helped: Help) -> list[Row]:
    """Return the rows of 组织销号 in ledger order."""
    rows = []
    for row in helped.book.rows("组织对象"):
        votes, against = row.get("测评总票"), row.get("不满意票")
        rows.append({
            "对象编号": row["对象编号"],
            "党组织名称": row["党组织名称"],
            "提升措施情况": _measure(helped, row),
            "提升期限": row.get("提升期限"),
            "六项行动事项": row.get("六项行动事项"),
            "验收得分": row.get("验收得分"),
            "不满意率": against / votes if votes and against is not None else None,
            "销号情况": closing_of(helped.book, row),
            "销号批准日期": row.get("销号批准日期"),
        })  # fmt: skip
    return rows


def _measure(helped: Help, row: Row) -> str:
    if row["状态"] not in SEEKING:
        return "已结束"
    if not row.get("提升措施"):
        return "未填提升措施"
    if not row.get("提升期限"):
        return "未填提升期限"
    return "超过提升期限" if row["提升期限"] < helped.as_of else "提升中"
