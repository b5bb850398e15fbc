"""Work out the rows of 成长档案 again, and the way of every individual between the two leaders."""

from __future__ import annotations

from tests.year.plain_duties import Duty, duties
from tests.year.plain_help import Help
from tests.year.plain_rows import SIX, Book, Row, code_of, figure, scores_of


def growth_rows(helped: Help) -> list[Row]:
    """Return the rows of 成长档案: by unit, individuals before organisations, in sheet order."""
    every = duties(helped)
    mentees = sorted(helped.mentees.items(), key=lambda mentee: mentee[0][1:10])
    return [_growth(helped, code, row, every) for code, row in mentees]


def _growth(helped: Help, code: str, row: Row, every: list[Duty]) -> Row:
    weak_at_most = helped.book.number("薄弱方面分值")
    pairings = helped.of_mentee[code]
    own = {pairing["结对编号"] for pairing in pairings}
    base, rated = scores_of(row), helped.assessments(code)
    now = scores_of(rated[-1]) if rated else [None] * 6
    contacts = [contact for one in pairings for contact in helped.contacts_of(one)]
    mine = [duty for duty in every if code_of(duty.row["结对编号"]) in own]
    done = sum(duty.progress == "已完成" for duty in mine)
    mentors = [code_of(one["导师编号"]) for one in helped.running(code)]
    by_aspect = {}
    for aspect, before, after in zip(SIX, base, now, strict=True):
        by_aspect[f"{aspect}·基线"] = before
        by_aspect[f"{aspect}·最新"] = after
        by_aspect[f"{aspect}·变化"] = after - before if before and after else None
    return {
        "对象编号": code,
        "对象名称": row.get("姓名") or row.get("党组织名称"),
        "对象类别": row.get("对象类别") or row.get("组织类别"),
        "职务": row.get("职务"),
        "导师": "、".join(map(helped.mentor_name, dict.fromkeys(mentors))) or None,
        "薄弱方面": "、".join(a for a, s in zip(SIX, base, strict=True) if s and s <= weak_at_most)
        or None,
        **by_aspect,
        "联系次数": len(contacts),
        "最近联系": max((contact.day for contact in contacts), default=None),
        "职责完成": f"{done}/{len(mine)}" if mine else None,
        "培养阶段": stage_of(helped, code) if code.startswith("G") else None,
        "帮带成效": "；".join(_results(helped, code, row)) or None,
        "成长趋势": _trend([base, *map(scores_of, rated)], helped.book.number("单项下降分值")),
    }


def _trend(series: list[list[int | None]], steep: float) -> str:
    if len(series) < 2:
        return "待评价"
    changes = [b - a for a, b in zip(*series[-2:], strict=True) if a and b]
    if not changes:
        return "待评价"
    if sum(changes) < 0 or min(changes) <= -steep:
        return "下降"
    return "上升" if sum(changes) > 0 else "平稳"


def _results(helped: Help, code: str, row: Row) -> list[str]:
    told = []
    if code.startswith("G"):
        result = result_of(helped, code) or {}
        if result.get("带动人数") is not None:
            told.append(f"带动 {result['带动人数']} 人")
        if result.get("人均增收(元)") is not None:
            told.append(f"人均增收 {figure(result['人均增收(元)'])} 元")
    finals = [one for pairing in helped.of_mentee[code] for one in helped.completions(pairing)]
    if finals:
        last = max(enumerate(finals), key=lambda one: (one[1]["考核日期"], one[0]))[1]
        told.append(f"期满考核 {figure(last['得分'])} 分（{last['等次']}），{last['结论']}")
    state = closing_of(helped.book, row) if code.startswith("Z") else ""
    if state == "已销号" and row.get("销号批准日期"):
        told.append(f"{row['销号批准日期']} 批准销号")
    elif state.startswith("达到"):
        told.append(state)
    return told


# --- the two leaders -------------------------------------------------------------------------------


def stage_of(helped: Help, code: str) -> str | None:
    """Return the stage after the last conversion, else as typed."""
    steps = helped.steps(code)
    return steps[-1]["新阶段"] if steps else helped.mentees[code].get("培养阶段")


def path_of(helped: Help, code: str) -> list[str]:
    """Return the stages an individual has been in, in order, none twice in a row."""
    steps = helped.steps(code)
    stages = [stage for step in steps for stage in (step["原阶段"], step["新阶段"])]
    path: list[str] = []
    for stage in stages or [helped.mentees[code].get("培养阶段")]:
        if stage and path[-1:] != [stage]:
            path.append(stage)
    return path


def result_of(helped: Help, code: str) -> Row | None:
    """Return the last conversion that says how many people were led, or by how much they gained."""
    said = [
        step
        for step in helped.steps(code)
        if step.get("带动人数") is not None or step.get("人均增收(元)") is not None
    ]
    return said[-1] if said else None


# --- organisations ---------------------------------------------------------------------------------


def closing_of(book: Book, row: Row) -> str:
    """Return how near an organisation is to being closed."""
    if row["状态"] in {"已销号", "退出"}:
        return "已销号" if row["状态"] == "已销号" else "已退出"
    score, votes, against = row.get("验收得分"), row.get("测评总票"), row.get("不满意票")
    if score is None or not votes or against is None:
        return "尚未验收"
    enough = score >= book.number("销号验收分数线")
    few = 100 * against <= book.number("销号不满意票比例上限") * votes
    return "达到销号条件，待县级验收" if enough and few else "未达到销号条件"
