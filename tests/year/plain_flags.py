"""Judge every mentee again by the rules of 参数: who is flagged, how gravely, and on what facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise

from tests.year.plain_duties import Duty, duties
from tests.year.plain_help import Contact, Help
from tests.year.plain_rows import (
    FILE,
    NUMBER,
    SIX,
    Row,
    code_of,
    codes_of,
    days_from,
    month_of,
    scores_of,
)

DAY = timedelta(1)

Sentences = Iterator[str]
"""The facts one rule finds about one mentee."""

RULES: dict[str, tuple[str, str, int, str, Callable[[Judge, str], Sentences]]] = {}
"""Name, level, points, measure and function by stable code."""


def rule(code: str, name: str, level: str, points: int, measure: str):
    """Register a rule."""

    def registered(function: Callable[[Judge, str], Sentences]):
        RULES[code] = (name, level, points, measure, function)
        return function

    return registered


class Judge:
    """Everything the rules look at."""

    def __init__(self, helped: Help) -> None:
        self.help = helped
        self.book = helped.book
        self.as_of = helped.as_of
        self.duties: dict[str, list[Duty]] = defaultdict(list)
        for duty in duties(helped):
            self.duties[code_of(duty.row["结对编号"])].append(duty)

    def limit(self, name: str, row: Row) -> float:
        """Return a setting of the ledger a row stands in."""
        return self.book.number(name, row[FILE])

    def pair(self, pairing: Row) -> str:
        """Return `结对 J…-001（导师马志远）`."""
        return f"结对 {pairing['结对编号']}（导师{self.help.mentor_name(code_of(pairing['导师编号']))}）"


def flags(helped: Help) -> list[Row]:
    """Return the rows of 预警名单: 红 before 黄 before 蓝, then by score, in ledger order."""
    judge, grave = Judge(helped), "红黄蓝"
    rows = []
    for code in helped.seeking():
        mentee = helped.mentees[code]
        points = _points(judge, mentee[FILE])
        hits = {
            key: found
            for key, (name, *_, check) in RULES.items()
            if points[name] and (found := list(check(judge, code)))
        }
        if not hits:
            continue
        order = sorted(
            hits, key=lambda key: (grave.index(RULES[key][1]), -points[RULES[key][0]], key)
        )
        score, named = 0, []
        for key in order:
            name, full = RULES[key][0], points[RULES[key][0]]
            counted = min(full, 100 - score)
            score += counted
            part = f"{name} {counted} 分" if counted else name
            named.append(part if counted == full else f"{part}（总分已满）")
        red = score >= judge.limit("红色预警分数线", mentee)
        mentors = [code_of(row["导师编号"]) for row in helped.running(code)]
        measures = dict.fromkeys(RULES[key][3] for key in order)
        rows.append({
            "对象编号": code,
            "对象名称": mentee.get("姓名") or mentee.get("党组织名称"),
            "导师": "、".join(map(helped.mentor_name, dict.fromkeys(mentors))) or None,
            "级别": "红" if red else RULES[order[0]][1],
            "风险分": score,
            "触发规则": "、".join(named),
            "依据": "。".join("；".join(hits[key]) for key in order) + "。",
            "建议措施": "；".join(measures),
        })  # fmt: skip
    rows.sort(key=lambda row: (grave.index(row["级别"]), -row["风险分"]))
    return [{"序号": number, **row} for number, row in enumerate(rows, 1)]


def _points(judge: Judge, file: str) -> dict[str, int]:
    points = {name: points for name, _, points, *_ in RULES.values()}
    for change in judge.book.words("预警规则分值", file):
        name, _, value = change.partition("=")
        points[name] = int(value)
    return points


# --- contacts --------------------------------------------------------------------------------------


def months_shown(months: list[date]) -> str:
    """Return `2026-04、2026-05`."""
    return "、".join(f"{month:%Y-%m}" for month in months)


def entry_code(contact: Contact) -> str:
    """Return an entry's ID, or its place."""
    return contact.entry.get("日志编号") or f"工作日志第 {contact.entry[NUMBER]} 行"


def _silence(judge: Judge, pairing: Row) -> tuple[bool, bool]:
    """Return whether two months in a row, and whether the last month, are silent for sure.

    Each entry without a readable day may be a contact in any one of the silent months; so this is
    what holds whichever months they excuse.
    """
    silent, latest = judge.help.silent_months(pairing), judge.help.latest_month()
    excused = min(len(silent), len(judge.help.doubtful[pairing["结对编号"]]))
    left = [set(silent) - set(some) for some in combinations(silent, excused)]
    in_a_row = [
        any(month in rest and _end(month) + DAY in rest for month in silent) for rest in left
    ]
    return all(in_a_row), all(
        two or latest in rest for two, rest in zip(in_a_row, left, strict=True)
    )


def _silences(judge: Judge, mentee: str, *, two: bool) -> Sentences:
    for pairing in judge.help.settled(mentee):
        silent = judge.help.silent_months(pairing)
        in_a_row, last = _silence(judge, pairing) if silent else (False, False)
        if in_a_row if two else last and not in_a_row:
            contacts = judge.help.contacts_of(pairing)
            end = _end(silent[-1])
            before = [contact for contact in contacts if contact.day < silent[0]][-1:]
            after = [contact for contact in contacts if contact.day > end][-1:]
            sentence = f"{judge.pair(pairing)}{months_shown(silent)} 未联系"
            for contact in before:
                sentence += f"，此前最近一次是 {contact.day}（{entry_code(contact)}）"
            if not before and not after:
                sentence += f"，{pairing['结对日期']} 结对以来未登记联系"
            for contact in after:
                sentence += f"，{contact.day} 已恢复联系（{entry_code(contact)}）"
            sentence += _doubt(judge, pairing)
            if unplaced := judge.help.unplaced(pairing[FILE]):
                sentence += f"（本台账另有 {unplaced} 条日志无法确定是哪对结对，请改正后再研判）"
            yield sentence


def _doubt(judge: Judge, pairing: Row) -> str:
    count = len(judge.help.doubtful[pairing["结对编号"]])
    return f"（另有 {count} 条日志日期无法识别，最多抵 {count} 个月）" if count else ""


def _end(month: date) -> date:
    return month_of(month + timedelta(31)) - timedelta(1)


@rule(
    "flag.contact.two_months", "连续两月未联系", "红", 60,
    "请导师三日内上门联系并补充帮带安排，由乡镇党委约谈导师；确实无法履职的，调整导师",
)  # fmt: skip
def two_months(judge: Judge, mentee: str) -> Sentences:
    yield from _silences(judge, mentee, two=True)


@rule(
    "flag.contact.month", "上月未联系", "黄", 30,
    "请导师一周内联系一次并登记日志；因故不能帮带的，在结对台账填写暂停起止",
)  # fmt: skip
def last_month(judge: Judge, mentee: str) -> Sentences:
    yield from _silences(judge, mentee, two=False)


@rule(
    "flag.contact.rate",
    "联系完成率低",
    "黄",
    15,
    "请导师和对象商定每月固定的联系时间，补足联系次数",
)
def low_rate(judge: Judge, mentee: str) -> Sentences:
    last = judge.help.latest_month()
    three = {
        last,
        month_of(last - timedelta(1)),
        month_of(month_of(last - timedelta(1)) - timedelta(1)),
    }
    for pairing in judge.help.settled(mentee):
        months = [month for month in judge.help.months(pairing) if month.first in three]
        owed = sum(month.owed for month in months)
        kept = sum(min(month.made, month.owed) for month in months)
        least = judge.limit("联系完成率下限", pairing)
        maybe = min(owed, kept + len(judge.help.doubtful[pairing["结对编号"]]))
        if owed and 100 * maybe < least * owed:
            tenths = 1000 * kept // owed
            rate = f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"
            short = months_shown([month.first for month in months if month.made < month.owed])
            yield (
                f"{judge.pair(pairing)}近三个月按计划应联系 {owed} 次，完成 {kept} 次，"
                f"完成率 {rate}，低于 {least:g}%；次数不足的月份：{short}" + _doubt(judge, pairing)
            )


# --- weak aspects ----------------------------------------------------------------------------------


def _weak(judge: Judge, mentee: str) -> dict[str, tuple[int, date | None]]:
    """Return the latest score of every aspect weak now, and since when it has been."""
    row = judge.help.mentees[mentee]
    rated = [(row.get("摸底日期"), scores_of(row))]
    rated += [(one["评价日期"], scores_of(one)) for one in judge.help.daily_assessments(mentee)]
    weak = {}
    for at, aspect in enumerate(SIX):
        since: tuple[date | None, ...] = ()
        known = [(day, scores[at]) for day, scores in rated if scores[at]]
        for day, score in reversed(known):
            if score > judge.limit("薄弱方面分值", row):
                break
            since = (day,)
        if since:
            weak[aspect] = known[-1][1], since[0]
    return weak


def _idle(judge: Judge, mentee: str) -> Iterator[tuple[int, str]]:
    """Yield the days every weak aspect has not been worked on, and the sentence that says so."""
    settled, running = judge.help.settled(mentee), judge.help.running(mentee)
    weak = _weak(judge, mentee) if settled else {}
    unread = {
        entry["帮带方面"]
        for pairing in running
        for entry in judge.help.doubtful[pairing["结对编号"]]
    }
    for aspect, (score, since) in weak.items():
        worked = [
            contact.day
            for pairing in running
            for contact in judge.help.contacts_of(pairing)
            if contact.entry["帮带方面"] == aspect
        ]
        last, began = max(worked, default=None), min(pairing["结对日期"] for pairing in settled)
        start = max(day for day in (began, since, last) if day)
        in_turn = any(_takes_turns(judge, one, set(weak) - {aspect}, start) for one in settled)
        if aspect in unread or in_turn:  # may have been worked on today; has its turn to come
            continue
        days = sum(
            not all(judge.help.pauses_on(pairing, day) for pairing in settled)
            for day in days_from(start + timedelta(1), judge.as_of)
        )
        told = f"最近一次帮带是 {last}" if last else f"{start} 以来未开展针对性帮带"
        yield days, f"薄弱方面{aspect}（{score} 分）{told}，已 {days} 天"


def _takes_turns(judge: Judge, pairing: Row, others: set[str], start: date) -> bool:
    """Return whether a pairing has used every month since a day for another weak aspect each."""
    since = [one for one in judge.help.contacts_of(pairing) if one.day > start]
    turns = {(month_of(one.day), one.entry["帮带方面"]) for one in since}
    turns = {turn for turn in turns if turn[1] in others}
    months = {month_of(one.day) for one in since}
    months |= {month.first for month in judge.help.months(pairing)}
    taken = {month for month, _ in turns}
    return (
        pairing["结对日期"] <= start
        and len({aspect for _, aspect in turns}) == len(turns)
        and all(month in taken for month in months if month > month_of(start))
    )


@rule(
    "flag.aspect.idle", "薄弱方面未帮带", "黄", 25,
    "请导师两周内围绕该薄弱方面安排一次帮带，并列入职责清单",
)  # fmt: skip
def idle(judge: Judge, mentee: str) -> Sentences:
    limit = judge.limit("薄弱方面未帮带天数", judge.help.mentees[mentee])
    yield from (told for days, told in _idle(judge, mentee) if days > limit)


@rule("flag.aspect.near", "薄弱方面即将超期未帮带", "蓝", 5, "请导师近日围绕该薄弱方面安排一次帮带")
def nearly_idle(judge: Judge, mentee: str) -> Sentences:
    row = judge.help.mentees[mentee]
    limit = judge.limit("薄弱方面未帮带天数", row)
    for days, told in _idle(judge, mentee):
        if limit - judge.limit("提前提醒天数", row) <= days <= limit:
            yield f"{told}，满 {limit:g} 天将列为黄色"


# --- assessments -----------------------------------------------------------------------------------


@rule(
    "flag.satisfaction.low", "满意度低", "黄", 40,
    "请乡镇党委单独听取对象意见，与导师谈话改进；双方都有意愿的可以调整导师",
)  # fmt: skip
def low_satisfaction(judge: Judge, mentee: str) -> Sentences:
    settled = judge.help.settled(mentee)
    if not settled:
        return
    began = min(pairing["结对日期"] for pairing in settled)
    limit = judge.limit("满意度下限", judge.help.mentees[mentee])
    rated = [
        row
        for row in judge.help.daily_assessments(mentee)
        if row.get("满意度") is not None and row["评价日期"] >= began
    ]
    for row in rated[-1:]:
        if row["满意度"] <= limit:
            yield f"{_point(row)}满意度 {row['满意度']} 分，不高于 {limit:g} 分"


def _point(row: Row) -> str:
    """Return `2026-03-28 评价（P640402104-0003）`, or `2025-11-05 摸底` of a mentee's own row."""
    if "评价日期" not in row:
        return f"{row.get('摸底日期') or ''} 摸底".strip()
    code = row.get("评价编号")
    return f"{row['评价日期']} 评价（{code}）" if code else f"{row['评价日期']} 评价"


def _points_of(judge: Judge, mentee: str) -> list[Row]:
    """Return the survey, where it has scores, and the assessments in order."""
    row = judge.help.mentees[mentee]
    return [*([row] if any(scores_of(row)) else []), *judge.help.daily_assessments(mentee)]


def _fall(judge: Judge, mentee: str) -> tuple[int, int, str] | None:
    """Return the change of the total, the greatest fall of an aspect, and the sentence on them."""
    if not judge.help.settled(mentee):
        return None
    for before, now in list(pairwise(_points_of(judge, mentee)))[-1:]:
        changes = [
            (aspect, before[aspect], now[aspect])
            for aspect in SIX
            if before.get(aspect) and now.get(aspect)
        ]
        lower = "、".join(f"{aspect} {old}→{new}" for aspect, old, new in changes if new < old)
        old, new = sum(one[1] for one in changes), sum(one[2] for one in changes)
        if lower:
            told = f"从 {_point(before)}到 {_point(now)}，{lower}，合计 {old}→{new} 分"
            return new - old, max(one[1] - one[2] for one in changes), told
    return None


@rule(
    "flag.score.falling", "评价得分下降", "黄", 30,
    "请导师和对象一起查找退步原因，重新商定帮带重点，下次评价前至少开展两次针对性帮带",
)  # fmt: skip
def falling(judge: Judge, mentee: str) -> Sentences:
    fall = _fall(judge, mentee)
    if fall and (fall[0] < 0 or fall[1] >= judge.limit("单项下降分值", judge.help.mentees[mentee])):
        yield fall[2]


@rule("flag.score.aspect", "单项得分下降", "蓝", 5, "请导师下次帮带时了解得分下降的原因")
def one_falling(judge: Judge, mentee: str) -> Sentences:
    fall = _fall(judge, mentee)
    if fall and fall[0] >= 0 and fall[1] < judge.limit("单项下降分值", judge.help.mentees[mentee]):
        yield fall[2]


@rule(
    "flag.score.flat", "两次评价无提升", "黄", 25,
    "请导师换一种帮带方法，将未提升的方面列入职责清单；仍未提升的由乡镇党委研究增派或调整导师",
)  # fmt: skip
def flat(judge: Judge, mentee: str) -> Sentences:
    points = _points_of(judge, mentee)[-3:]
    if not judge.help.settled(mentee) or sum("评价日期" in point for point in points) < 2:
        return
    start, *later = points
    enough = judge.limit("需提升分值", judge.help.mentees[mentee])
    low = [aspect for aspect in SIX if start.get(aspect) is not None and start[aspect] < enough]
    still = [
        aspect
        for aspect in low
        if not any(point.get(aspect) and point[aspect] > start[aspect] for point in later)
    ]
    if still:
        kept = "、".join(f"{aspect} {start[aspect]} 分" for aspect in still)
        steps = "、".join(map(_point, later))
        yield f"从 {_point(start)}到 {steps}，低于 {enough:g} 分的方面未提升：{kept}"


# --- duties ----------------------------------------------------------------------------------------


def _open_duties(judge: Judge, mentee: str) -> Iterator[tuple[Duty, Row]]:
    for pairing in judge.help.settled(mentee):
        for duty in judge.duties[pairing["结对编号"]]:
            paused = any(
                judge.help.pauses_on(pairing, day) for day in (judge.as_of, duty.row["截止日期"])
            )
            unread = sum(
                duty.code in codes_of(entry.get("职责编号"))
                or entry["帮带方面"] == duty.row["帮带方面"]
                for entry in judge.help.doubtful[pairing["结对编号"]]
            )
            wanting = len(duty.done) + len(duty.proposed) + unread < duty.row["目标次数"]
            if duty.progress != "已完成" and wanting and not paused:
                yield duty, pairing


def _duty_told(duty: Duty, when: str) -> str:
    row = duty.row
    entries = "、".join(contact.entry["日志编号"] for contact in duty.done)
    return (
        f"职责 {duty.code}“{row['职责事项']}”（责任方{row['责任方']}）应于 {row['截止日期']} 完成，"
        f"{when}，目标 {row['目标次数']} 次，完成 {len(duty.done)} 次"
        + (f"（{entries}）" if entries else "")
        + (f"，另有 {len(duty.proposed)} 条待确认" if duty.proposed else "")
    )


@rule(
    "flag.duty.overdue", "职责逾期", "黄", 30,
    "请责任方两周内补做逾期职责并登记日志；确不需要的，修改职责清单",
)  # fmt: skip
def overdue(judge: Judge, mentee: str) -> Sentences:
    for duty, _ in _open_duties(judge, mentee):
        late = (judge.as_of - duty.row["截止日期"]).days
        if late > 0:
            yield _duty_told(duty, f"已逾期 {late} 天")


@rule("flag.duty.near", "职责即将到期", "蓝", 5, "请责任方在截止日期前完成职责")
def nearly_due(judge: Judge, mentee: str) -> Sentences:
    for duty, pairing in _open_duties(judge, mentee):
        left = (duty.row["截止日期"] - judge.as_of).days
        due, wanting = duty.row["截止日期"], duty.row["目标次数"] - len(duty.done)
        ends = (due + DAY).day == 1 or due == pairing["期满日期"]
        planned = ends and wanting <= judge.help.still_owed(pairing, due)
        if 0 <= left <= judge.limit("提前提醒天数", pairing) and not planned:
            yield _duty_told(duty, f"还有 {left} 天" if left else "当日到期")


# --- pairings and mentors --------------------------------------------------------------------------


def _waiting(judge: Judge, mentee: str) -> tuple[int, str] | None:
    """Return how many days a mentee has had no running pairing, and since what."""
    row, helped = judge.help.mentees[mentee], judge.help
    if helped.running(mentee):
        return None
    since = [(row["确定日期"], f"{row['确定日期']} 确定为帮带对象")] if row.get("确定日期") else []
    ends = [(min(helped.last_day(one), judge.as_of), one) for one in helped.of_mentee[mentee]]
    if ends:
        day, last = max(ends, key=lambda end: (end[0], end[1]["结对编号"]))
        name = f"上一结对 {last['结对编号']}"
        if last["状态"] == "终止" and not last.get("终止日期"):
            known = "最近一次联系" if helped.contacts_of(last) else "结对日期"
            since.append((day, f"{name} 已终止（未填终止日期，自{known} {day} 起算）"))
            changed = row.get("状态变更日期")
            if row["状态"] == "待结对" and changed and day <= changed:
                since.append((min(changed, judge.as_of), f"{changed} 终止结对后转为待结对"))
        else:
            since.append((day, f"{name} {day} {last['状态']}"))
    day, told = max(since, default=(None, ""))
    return ((judge.as_of - day).days, told) if day else None


@rule(
    "flag.pairing.unpaired", "超期未结对", "黄", 40,
    "请乡镇党委一周内研究确定导师；本乡镇没有合适人选的，报县级统筹调配",
)  # fmt: skip
def unpaired(judge: Judge, mentee: str) -> Sentences:
    limit = judge.limit("未结对天数", judge.help.mentees[mentee])
    if (wait := _waiting(judge, mentee)) and wait[0] > limit:
        yield f"{wait[1]}，已 {wait[0]} 天未结对，超过 {limit:g} 天"


@rule("flag.pairing.waiting", "结对即将超期", "蓝", 5, "请尽快从结对建议中选定导师")
def waiting(judge: Judge, mentee: str) -> Sentences:
    row = judge.help.mentees[mentee]
    limit = judge.limit("未结对天数", row)
    wait = _waiting(judge, mentee)
    if wait and limit - judge.limit("提前提醒天数", row) <= wait[0] <= limit:
        yield f"{wait[1]}，已 {wait[0]} 天未结对，期限 {limit:g} 天"


@rule("flag.pairing.ending", "临近期满", "蓝", 5, "请准备期满考核，商定续帮或出师")
def ending(judge: Judge, mentee: str) -> Sentences:
    for pairing in judge.help.running(mentee):
        left = (pairing["期满日期"] - judge.as_of).days
        if 0 <= left <= judge.limit("临近期满提醒天数", pairing) and not judge.help.is_concluded(
            pairing
        ):
            when = f"期满，还有 {left} 天" if left else "当日期满"
            yield f"{judge.pair(pairing)}{pairing['期满日期']} {when}，尚未期满考核"


@rule(
    "flag.mentor.inactive", "导师不在库", "黄", 40,
    "请尽快为对象调整导师，原结对改为终止并写明原因",
)  # fmt: skip
def inactive_mentor(judge: Judge, mentee: str) -> Sentences:
    for pairing in judge.help.settled(mentee):
        mentor = judge.help.mentors.get(code_of(pairing["导师编号"]))
        if mentor and mentor["状态"] != "在库" and not judge.help.pauses_on(pairing, judge.as_of):
            since = f"{mentor['状态变更日期']} 起" if mentor.get("状态变更日期") else ""
            yield (
                f"结对 {pairing['结对编号']} 的导师{mentor['姓名']}（{mentor['导师编号']}）"
                f"{since}已{mentor['状态']}，结对状态仍是“帮带中”"
            )


@rule(
    "flag.mentor.overloaded", "导师超员", "黄", 30, "请将部分对象调整给其他导师，或为对象增配导师"
)
def overloaded_mentor(judge: Judge, mentee: str) -> Sentences:
    single = mentee.startswith("G")
    told = []
    for code in {code_of(pairing["导师编号"]) for pairing in judge.help.settled(mentee)}:
        mentor = judge.help.mentors.get(code, {})
        held = [
            row
            for row in judge.help.pairings.values()
            if row["状态"] == "帮带中"
            and code_of(row["导师编号"]) == code
            and code_of(row["对象编号"]).startswith("G") == single
        ]
        load = len({code_of(row["对象编号"]) for row in held})
        limit = judge.limit("导师帮带人数上限" if single else "导师帮带组织数上限", held[0])
        own = mentor.get("可带人数") if single else None
        most = limit if own is None else min(own, limit)
        if mentor and load > most:
            kind = "人" if single else "个组织"
            numbers = [row["结对编号"] for row in held]
            sentence = (
                f"导师{mentor['姓名']}（{mentor['导师编号']}）正在帮带 {load} {kind}，"
                f"超过 {most:g} {kind}：结对 {'、'.join(numbers)}"
            )
            told.append((list(judge.help.pairings).index(numbers[0]), sentence))
    yield from (sentence for _, sentence in sorted(told))
