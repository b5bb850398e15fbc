"""Score every mentor's year again: the rows of 金牌导师."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

from tests.year.plain_help import Help
from tests.year.plain_results import Results, Tally, half_up, mean_score, percent, rate, some
from tests.year.plain_rows import Row, code_of, figure, shifted


def award_rows(helped: Help, year: int) -> list[Row]:
    """Return the rows of 金牌导师 of a year, county by county, the best first."""
    results = Results(helped, date(year, 1, 1), min(date(year, 12, 31), helped.as_of))
    judged = []
    for code, mentor in helped.mentors.items():
        pairings = [one for one in helped.of_mentor[code] if results.overlaps(one)]
        if pairings:
            judged.append(_judge(results, mentor, pairings))
    active = Counter({code[1:7]: 0 for code in helped.mentors})
    active.update(code[1:7] for code, row in helped.mentors.items() if row["状态"] == "在库")
    share = Fraction(str(helped.book.number("金牌导师名额比例")))
    quota = {county: max(1, int(count * share / 100)) for county, count in active.items()}
    judged.sort(
        key=lambda one: (one["county"], not one["met"], [-x for x in one["merit"]], one["code"])
    )
    rows = []
    for number, one in enumerate(judged, 1):
        rivals = [x["merit"] for x in judged if x["met"] and x["county"] == one["county"]]
        texts, outcome = one["conditions"], "未入围"
        if one["met"]:
            place = 1 + sum(merit > one["merit"] for merit in rivals)
            equals, most = rivals.count(one["merit"]), quota[one["county"]]
            if place <= most:
                outcome = "入围" if place + equals - 1 <= most else "并列"
            told = f"县内符合条件的第 {place} 名，名额 {most} 名"
            if outcome == "并列":
                told += f"；{equals} 人各项得分和对象数相同，剩余名额 {most - place + 1} 名，提请集体研究确定"
            texts = [*texts, told]
        rows.append({
            "序号": number, **one["row"],
            "硬性条件": "；".join(texts), "入围": outcome,
        })  # fmt: skip
    return rows


def _judge(results: Results, mentor: Row, pairings: list[Row]) -> Row:
    book, tally = results.help.book, results.tally(pairings)
    weights = [Fraction(word) for word in book.words("金牌导师分项分值")]
    pleased = (
        Fraction(sum(tally.satisfaction), 5 * len(tally.satisfaction))
        if tally.satisfaction
        else None
    )
    rates = (
        rate(tally.duties),
        rate(tally.in_order),
        tally.result_rate(book.number("优秀分数线")),
        pleased,
    )
    points = [half_up(weight, share) for weight, share in zip(weights, rates, strict=True)]
    total = sum(round(10 * one) for one in points) / 10
    names = ("履职", "档案日志", "成效", "满意度")
    facts = (_duties(tally), _months(tally), _results(tally), _pleased(tally))
    basis = "；".join(
        f"{name} {figure(one)} 分：{fact}"
        for name, one, fact in zip(names, points, facts, strict=True)
    )
    conditions = _conditions(results, mentor, pairings, total, rates[1])
    return {
        "code": mentor["导师编号"],
        "county": mentor["导师编号"][1:7],
        "met": all(met for _, met, _ in conditions),
        "merit": (total, points[2], points[0], points[3], len({code_of(p["对象编号"]) for p in pairings})),
        "conditions": [
            f"{name}：{'达到' if met else '未达到'}（{why}）" for name, met, why in conditions
        ],
        "row": {
            "导师编号": mentor["导师编号"], "导师姓名": mentor["姓名"], "单位": mentor["单位"],
            **dict(zip(names, points, strict=True)), "总分": total, "得分依据": basis,
        },
    }  # fmt: skip


def _duties(tally: Tally) -> str:
    done, of = tally.duties
    if not of:
        return "没有到期或已完成的导师职责"
    waiting = f"，另有 {tally.proposed} 条待确认" if tally.proposed else ""
    late = f"（未完成：{some(tally.undone, '项')}{waiting}）" if tally.undone else ""
    return f"到期或已完成的导师职责 {of} 项，完成 {done} 项{late}"


def _months(tally: Tally) -> str:
    done, of = tally.in_order
    if not of:
        return "无应联系的月份"
    gaps = some([f"{code} {month:%Y-%m}" for code, month in tally.missed], "个")
    return f"应联系 {of} 个月次，合规 {done} 个" + (f"（不合规：{gaps}）" if gaps else "")


def _results(tally: Tally) -> str:
    done, of = tally.aspects
    facts = [f"应提升 {of} 个方面，提升 {done} 个" if of else "没有应提升且已评价的方面"]
    if tally.steps:
        facts.append(f"培养转化 {tally.steps} 次")
    if tally.finals:
        facts.append(f"期满考核 {len(tally.finals)} 次，平均 {_two(mean_score(tally.finals))} 分")
    else:
        facts.append("尚未期满考核")
    return "，".join(facts)


def _pleased(tally: Tally) -> str:
    given = tally.satisfaction
    if not given:
        return "无满意度评价"
    return f"评价 {len(given)} 次，平均 {_two(Fraction(sum(given), len(given)))} 分"


def _two(number: Fraction) -> str:
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


def _conditions(
    results: Results, mentor: Row, pairings: list[Row], total: float, in_order: Fraction | None
) -> list[tuple[str, bool, str]]:
    book = results.help.book
    least, log_rate = (book.number(f"金牌导师{name}下限") for name in ("总分", "日志合规率"))
    kept = in_order is not None and 100 * in_order >= Fraction(str(log_rate))
    why = "无应联系的月份" if in_order is None else percent(in_order)
    problems = [problem for pairing in pairings for problem in _problems(results, pairing)]
    course = (
        some(problems, "处") if problems else f"{len(pairings)} 对结对均无不合格、退步或应评未评"
    )
    own = [
        f"{row['日期']} {row['情形']}（{row['认定单位']}认定）"
        for row in results.help.misconduct(mentor["导师编号"], results.first)
    ]
    blamed = sorted(
        mentee
        for mentee in {code_of(pairing["对象编号"]) for pairing in pairings}
        if results.help.misconduct(mentee, results.first)
    )
    clean = some(own, "条") or "无登记"
    if blamed:
        clean += f"；帮带对象 {some(blamed, '名')} 有登记，供审核参考"
    active = mentor["状态"] == "在库"
    return [
        (f"总分不低于 {least:g} 分", total >= least, f"{figure(total)} 分"),
        (f"日志合规率不低于 {log_rate:g}%", kept, why),
        ("帮带对象期满合格或进展正常", not problems, course),
        ("无负面情形", not own, clean),
        (
            "在库且本年度有结对",
            active,
            f"{mentor['状态']}，{results.first.year} 年度结对 {len(pairings)} 对",
        ),
    ]


def _problems(results: Results, pairing: Row) -> list[str]:
    code, start, mentee = pairing["结对编号"], pairing["结对日期"], code_of(pairing["对象编号"])
    final = results.help.final(pairing)
    if final and final["等次"] == "不合格":
        return [f"{code} {final['考核日期']} 期满考核 {figure(final['得分'])} 分，不合格"]
    if pairing["期满日期"] < results.last and not results.help.is_concluded(pairing):
        return [f"{code} {pairing['期满日期']} 期满，尚未期满考核"]
    if final:
        return []
    told = []
    if fallen := results.fallen(mentee, start):
        told.append(f"{code} {'、'.join(fallen)}低于摸底")
    interval = int(results.help.book.number("评价间隔"))
    if shifted(start, 2 * interval) <= results.last and not results.assessments(mentee, start):
        told.append(f"{code} {start} 结对后未评价")
    return told
