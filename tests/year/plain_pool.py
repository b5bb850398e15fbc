"""Work out 导师库调整 again: who should leave, rest, take more mentees or enter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from tests.year.plain_help import SEEKING, Help, last_of
from tests.year.plain_results import Results, Tally, percent, rate, some
from tests.year.plain_rows import Row, code_of, figure, shifted

LEFT = ("调动", "调离", "调走", "离任", "离岗", "退休", "辞职", "去世", "病故")


def pool_rows(helped: Help) -> list[Row]:
    """Return the computed cells of 导师库调整: 调出, 暂停, 增加帮带人数, 调入, each in ID order."""
    months = int(helped.book.number("帮带周期"))
    first = shifted(helped.as_of, -months) + timedelta(1)
    results = Results(helped, first, helped.as_of)
    leave, rest, stay = [], [], []
    for code, mentor in helped.mentors.items():
        pairings = helped.of_mentor[code]
        tally = results.tally([one for one in pairings if results.overlaps(one)])
        if reasons := list(_leaving(results, mentor, pairings, tally)):
            leave.append(_row(code, mentor["姓名"], "调出", reasons))
        elif reasons := list(_resting(results, mentor, pairings, tally)):
            rest.append(_row(code, mentor["姓名"], "暂停", reasons))
        else:
            stay.append((mentor, pairings, tally))
    more = _widening(results, stay)
    return [*leave, *rest, *more, *_entering(results)]


def _row(code: str, name: str, change: str, reasons: list[str]) -> Row:
    return {"导师编号": code, "导师姓名": name, "建议": change, "理由": "；".join(reasons)}


def _running(pairings: list[Row]) -> list[Row]:
    return [pairing for pairing in pairings if pairing["状态"] == "帮带中"]


# --- 调出 and 暂停 ---------------------------------------------------------------------------------


def _leaving(results: Results, mentor: Row, pairings: list[Row], tally: Tally) -> Iterator[str]:
    if mentor["状态"] == "调出":
        return
    if blamed := results.help.misconduct(mentor["导师编号"], results.first):
        told = [f"{row['日期']} {row['情形']}（{row['认定单位']}认定）" for row in blamed]
        yield f"负面情形：{some(told, '条')}"
    until, running = mentor.get("聘期至"), _running(pairings)
    if until and until < results.last and not running:
        yield f"聘期 {until} 已满，没有正在帮带的结对"
    if pairings and not running:
        last = max(pairings, key=lambda one: (one["结对日期"], one["结对编号"]))
        reason = last.get("终止原因") or ""
        if last["状态"] == "终止" and "导师" in reason and any(word in reason for word in LEFT):
            yield (
                f"最近的结对 {last['结对编号']} 因“{reason}”终止，没有正在帮带的结对，请核实是否已离岗"
            )
    yield from _no_effect(results, running, tally)


def _no_effect(results: Results, running: list[Row], tally: Tally) -> Iterator[str]:
    book = results.help.book
    months = int(book.number("成效考察月数"))
    least = max(1, months // max(1, int(book.number("评价间隔"))))
    judged = {}
    for pairing in running:
        mentee, start = code_of(pairing["对象编号"]), pairing["结对日期"]
        enough = len(results.assessments(mentee, start)) >= least
        if shifted(start, months) <= results.last and enough:
            judged[mentee] = results.raised(mentee, start)
    of = sum(part[1] for part in judged.values())
    risen = any(part[0] for part in judged.values()) or any(map(results.steps, judged))
    brought = tally.aspects[0] or tally.steps or any(f["等次"] != "不合格" for f in tally.finals)
    if of and not risen and not brought:
        yield (
            f"帮带满 {months} 个月并按期评价的对象 {some(sorted(judged), '名')}，"
            f"应提升 {of} 个方面，均未提升"
        )


def _resting(results: Results, mentor: Row, pairings: list[Row], tally: Tally) -> Iterator[str]:
    if mentor["状态"] != "在库":
        return
    helped, running = results.help, _running(pairings)
    count = int(helped.book.number("导师未联系月数"))
    latest = helped.latest_month()
    months = [shifted(latest, -back) for back in range(count)]
    owed = {month.first for one in running for month in helped.months(one)}
    days = [contact.day for one in running for contact in helped.contacts_of(one)]
    if (
        running
        and owed.issuperset(months)
        and max(days, default=months[-1] - timedelta(1)) < months[-1]
    ):
        seen = f"最近一次联系 {max(days)}" if days else "从未联系"
        yield (
            f"{months[-1]:%Y-%m} 至 {months[0]:%Y-%m} 名下 {len(running)} 对结对均未联系，{seen}"
        )
    failed = [final for final in tally.finals if final["等次"] == "不合格"]
    share = Fraction(str(helped.book.number("期满不合格比例")))
    if failed and 100 * len(failed) >= share * len(tally.finals):
        names = [f"{code_of(one['结对编号'])} {figure(one['得分'])} 分" for one in failed]
        yield (
            f"近期期满考核 {len(tally.finals)} 次，不合格 {len(failed)} 次（{some(names, '次')}）"
        )


# --- 增加帮带人数 ----------------------------------------------------------------------------------


def _widening(results: Results, stay: list[tuple[Row, list[Row], Tally]]) -> list[Row]:
    helped = results.help
    waiting: Counter[str] = Counter(
        row["对象编号"][1:10]
        for row in helped.book.rows("个人对象")
        if row["状态"] in SEEKING and not helped.running(row["对象编号"])
    )
    good = defaultdict(list)
    for mentor, pairings, tally in stay:
        unit = mentor["导师编号"][1:10]
        if waiting[unit] and (found := _able(results, mentor, pairings, tally)):
            good[unit].append(found)
    rows = []
    for unit in sorted(good):
        rows += _shared_out(results, good[unit], waiting[unit])
    return rows


def _able(results: Results, mentor: Row, pairings: list[Row], tally: Tally) -> Row | None:
    book, running = results.help.book, _running(pairings)
    until = mentor.get("聘期至")
    if mentor["状态"] != "在库" or (until and until < results.last) or not running:
        return None
    result, kept = tally.result_rate(book.number("优秀分数线")), rate(tally.kept)
    if result is None or 100 * result < Fraction(str(book.number("增加帮带成效率"))):
        return None
    if kept is None or 100 * kept < Fraction(str(book.number("联系完成率下限"))):
        return None
    individuals = [one for one in running if code_of(one["对象编号"]).startswith("G")]
    return {"mentor": mentor, "result": result, "kept": kept, "load": len(individuals), "more": 0}


def _shared_out(results: Results, good: list[Row], waiting: int) -> list[Row]:
    limit = results.help.book.number("导师帮带人数上限")
    for _ in range(waiting):
        room = [one for one in good if one["load"] + one["more"] < limit]
        if room:
            min(room, key=_turn)["more"] += 1
    rows = []
    for one in sorted(good, key=lambda one: one["mentor"]["导师编号"]):
        if one["more"]:
            capacity = one["mentor"].get("可带人数")
            own = f"可带 {capacity} 人，" if capacity is not None else ""
            reason = (
                f"成效率 {percent(one['result'])}，联系完成率 {percent(one['kept'])}；"
                f"现帮带 {one['load']} 人，{own}上限 {limit:g} 人；"
                f"本乡镇有 {waiting} 名对象待结对，可再帮带 {one['more']} 人"
            )
            mentor = one["mentor"]
            rows.append(_row(mentor["导师编号"], mentor["姓名"], "增加帮带人数", [reason]))
    return rows


def _turn(one: Row) -> tuple[bool, int, Fraction, str]:
    capacity, load = one["mentor"].get("可带人数"), one["load"] + one["more"]
    return (
        capacity is not None and load >= capacity,
        load,
        -one["result"],
        one["mentor"]["导师编号"],
    )


# --- 调入 ------------------------------------------------------------------------------------------


def _entering(results: Results) -> Iterator[Row]:
    helped = results.help
    pool = {(row["姓名"], row["性别"], row["出生年月"]) for row in helped.book.rows("导师库")}
    for row in sorted(helped.book.rows("个人对象"), key=lambda row: row["对象编号"]):
        code = row["对象编号"]
        finals = [one for pairing in helped.of_mentee[code] for one in helped.completions(pairing)]
        last = last_of(finals)
        if row["状态"] != "期满出师" or not last or helped.misconduct(code, results.first):
            continue
        known = (row["姓名"], row["性别"], row["出生年月"]) in pool
        if last["等次"] == "优秀" and last["结论"] == "出师" and not known:
            reason = (
                f"{last['考核日期']} 期满考核 {figure(last['得分'])} 分，优秀，出师"
                f"（{code_of(last['结对编号'])}），尚未纳入导师库"
            )
            yield _row(code, row["姓名"], "调入", [reason])
