"""A clerk who does in a returned ledger what 校验结果 asks, sentence by sentence.

Each function answers one kind of sentence; where only the paper in the clerk's drawer knows the
answer, it makes up one that the sentence allows and the other rows of the ledger do not contradict.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.addin.actions.returned.desk import Desk, Edit, Note, Tab, Told, as_day, plain
from validators.columns import Kind
from validators.sheets import columns_by_field, model_for
from validators.vocabulary import Level

Place = tuple[Tab, int, str]
Answer = Callable[[Desk, Note, Place, re.Match[str]], None]
_ANSWERS: list[tuple[re.Pattern[str], Answer]] = []
_TEXT = "入户了解情况，商定下周再去一次"
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)
GRAVE = {Level.ERROR.label, Level.WARNING.label}


class NoAdvice(Exception):
    """A sentence nobody knows what to do about."""


def correct(path: Path, as_of: date) -> list[Told]:
    """Do in a returned ledger what its lines say, and save it; return what 变动明细 should tell."""
    desk = Desk(path, as_of)
    for note in desk.notes:
        if note.level in GRAVE:
            _correct(desk, note)
    desk.book.save(path)
    return [*desk.changes()]


def _correct(desk: Desk, note: Note) -> None:
    place = desk.place(note) if re.match(r"[A-Z]+\d", note.cell) and _in_table(desk, note) else None
    said = f"{note.message}。{note.advice}"
    for pattern, answer in _ANSWERS:
        if found := pattern.search(said):
            if place is None or not _emptied(desk, place):
                answer(desk, note, place, found)  # type: ignore[arg-type]
            return
    raise NoAdvice(said)


def _in_table(desk: Desk, note: Note) -> bool:
    return any(t.model.sheet.name == note.sheet for t in desk.tabs.values())


def _emptied(desk: Desk, place: Place) -> bool:
    tab, row, _ = place
    return Edit(tab.model.sheet.name, row, "", "", "") in desk.edits


def answers(*patterns: str) -> Callable[[Answer], Answer]:
    """Register what to do where a line matches."""

    def register(answer: Answer) -> Answer:
        _ANSWERS.extend((re.compile(pattern), answer) for pattern in patterns)
        return answer

    return register


# --- the form and the sheets ---


@answers(r"代码 \d{9} 对应(?:.+[县区])?(\w+?)，表中填写的是")
def _name_of_code(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    desk.form[plain(note.heading)].value = found[1]


@answers(r"缺少工作表“(.+?)”。请从模板中补上该表")
def _sheet_from_template(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    model = next(m for m in map(model_for, _keys()) if m.sheet.name == found[1])
    sheet = desk.book.create_sheet(found[1])
    for at, column in enumerate(columns_by_field(model).values(), 1):
        sheet.cell(3, at).value = column.heading


def _keys() -> Iterator[str]:
    from validators.sheets import SHEETS  # noqa: PLC0415

    return (model.sheet.key for model in SHEETS)


@answers(r"列名“(.+?)”重复，该列未读取。请删除或改名多余的一列")
def _second_heading(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    sheet = desk.book[note.sheet]
    for row in range(sheet[note.cell].row, sheet.max_row + 1):
        sheet.cell(row, sheet[note.cell].column).value = None


@answers(r"缺少必填列“(.+?)”.*请恢复该列的列名")
def _heading_back(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab = place[0]
    beside = {
        n.cell for n in desk.notes if n.sheet == note.sheet and "未作为台账内容读取" in n.message
    }
    rows = [row for row in tab.rows() if f"A{row}" not in beside]
    name = next(n for n, c in columns_by_field(tab.model).items() if c.heading == found[1])
    tab.columns[name] = tab.sheet.max_column + 1
    tab.sheet.cell(tab.head, tab.columns[name]).value = found[1]
    for row in rows:
        tab.put(row, name, _made_up(desk, (tab, row, name)))


@answers(r"不应免计的请删除")
def _no_exemption(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], None)


@answers(r"不是有效的电话号码。.*座机号码加区号，如 (\S+)")
def _phone(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    if place:
        place[0].put(place[1], place[2], found[1])
    else:
        desk.form[plain(note.heading)].value = found[1]


# --- IDs ---


@answers(r"编号 (\S+) 重复，还出现在 .*请为其中一行重新编号")
def _number_one_anew(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    if any(tab.code(at, name) == found[1] for at in tab.rows() if at < row):
        tab.put(row, name, tab.next_code(desk.unit))


@answers(r"编号 \S+ 中的区划代码不是本单位代码", r"编号形如 [A-Z]+\d{9}-\d+，请对照原编号改正")
def _right_code(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    if name == tab.model.sheet.id_field:
        tab.put(row, name, tab.next_code(desk.unit))
    else:
        tab.put(row, name, _named(desk, place) or None)


@answers(
    r"编号 \S+ 不在\S+中。", r"编号 \S+ 不是本台账的", r"台账中没有导师编号",
    r"职责 \S+ 属于结对 \S+，不属于本条的结对",
)  # fmt: skip
def _known_code(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], _named(desk, place) or None)


def _named(desk: Desk, place: Place) -> str:
    """Return the ID that is meant: the most alike of those that may stand there."""
    tab, row, name = place
    here = tab.text(row, name).upper()
    may = [*_possible(desk, place)]
    return max(may, key=lambda code: difflib.SequenceMatcher(None, here, code).ratio(), default="")


def _possible(desk: Desk, place: Place) -> Iterator[str]:
    tab, row, name = place
    tabs, key = desk.tabs, tab.model.sheet.key
    pairings = tabs["pairing"]
    if name in {"pairing_id", "pairing_ids"}:
        day = tab.day(row, "date")
        duties = {
            tabs["duty"].code(tabs["duty"].find("duty_id", code), "pairing_id")
            for code in tab.codes(row, "duty_ids")
        }
        assessed = {tab.code(at, name) for at in tab.rows() if key == "completion"}
        for at in pairings.rows():
            code, (first, last) = pairings.code(at, "pairing_id"), _period(desk, at)
            last = (key == "duty" and pairings.day(at, "until")) or last
            if code in assessed or (duties and code not in duties):
                continue
            dates = [tab.day(row, at) for at in ("starts_on", "due_on")] if key == "duty" else [day]
            if key == "log" and day and _paused(desk, at, day):
                continue
            if all(each is None or first <= each <= last for each in dates):
                yield code
    elif name == "duty_ids":
        own = set(tab.codes(row, "pairing_ids"))
        duties_tab = tabs["duty"]
        for at in duties_tab.rows():
            if duties_tab.code(at, "pairing_id") in own:
                yield duties_tab.code(at, "duty_id")
    elif name == "reply_to":
        yield from (tab.code(at, "exchange_id") for at in tab.rows() if at != row)
    elif name == "mentor_id":
        yield from _mentors(desk, row)
    else:
        keys = ["individual", "organisation"] + ["mentor"] * (name == "participant_id")
        if key == "conversion":
            keys = ["individual"]
        for each in keys:
            people = tabs[each]
            for at in people.rows():
                code = people.code(at, people.model.sheet.id_field)
                if key == "pairing" and not _may_be_paired(desk, row, people, at):
                    continue
                if key == "conversion" and (
                    people.text(at, "stage") != tab.text(row, "to_stage")
                    or any(tab.code(other, name) == code for other in tab.rows())
                ):
                    continue
                if key != "assessment" or all(
                    tab.code(other, name) != code
                    or tab.day(other, "assessed_on") != tab.day(row, "assessed_on")
                    for other in tab.rows()
                ):
                    yield code


def _period(desk: Desk, row: int) -> tuple[date, date]:
    """Return the first and the last day of a pairing as far as it has gone."""
    tab = desk.tabs["pairing"]
    first = tab.day(row, "paired_on") or date.max
    ends = [tab.day(row, name) for name in ("until", "ended_on")]
    return first, min(end for end in [*ends, desk.as_of] if end)


# --- dates ---


@answers(r"可能是 (\d{4}-\d\d(?:-\d\d)?)")
def _likely_day(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    likely = as_day(found[1])
    past = columns_by_field(tab.model)[name].past
    fits = likely and _agrees(desk, place, likely) and not (past and likely > desk.as_of)
    tab.put(row, name, _as_typed(tab, name, likely if likely and fits else _day_for(desk, place)))


def _agrees(desk: Desk, place: Place, day: date) -> bool:
    """Tell whether a day agrees with the other dates of its row, which the paper does, too."""
    tab, row, name = place
    if tab.model.sheet.key == "log":
        return all(
            (span := _period(desk, at))[0] <= day <= span[1] and not _paused(desk, at, day)
            for at in _pairings(desk, tab, row)
        )
    if name == "chosen_on":
        return day <= _paired_on(desk, tab.code(row, "mentee_id"))
    before, after = {
        "signed_on": ("assessed_on", ""), "assessed_on": ("", "signed_on"),
        "due_on": ("starts_on", ""), "starts_on": ("", "due_on"),
    }.get(name, ("", ""))  # fmt: skip
    return (tab.day(row, before) or day) <= day <= (tab.day(row, after) or day)


def _paused(desk: Desk, row: int, day: date) -> bool:
    tab = desk.tabs["pairing"]
    first, last = (tab.day(row, name) for name in ("paused_from", "paused_to"))
    return bool(first) and (first or day) <= day <= (last or day)


def _may_be_paired(desk: Desk, row: int, people: Tab, at: int) -> bool:
    tab, mentors = desk.tabs["pairing"], desk.tabs["mentor"]
    mentor = mentors.find("mentor_id", tab.code(row, "mentor_id"))
    chosen, paired = people.day(at, "chosen_on"), tab.day(row, "paired_on")
    same = bool(mentor) and mentors.text(mentor, "name") == people.text(at, "name")
    return not same and not (chosen and paired and chosen > paired)


def _pairings(desk: Desk, tab: Tab, row: int) -> list[int]:
    """Return the rows of the pairings a row names."""
    name = "pairing_ids" if tab.model.sheet.key == "log" else "pairing_id"
    pairings = desk.tabs["pairing"]
    return [at for code in tab.codes(row, name) if (at := pairings.find("pairing_id", code))]


@answers(
    r"不是有效日期", r"无法确定是哪", r"日期“(.+)”的年份不合理", r"晚于今天",
    r"早于(?:聘任日期|评价日期|开始日期|结对日期)", r"不在结对的帮带期",
    r"时不满 15 岁", r"推算为 \d+ 岁，不合常理", r"聘期 \S+ 已过", r"请补填状态变更日期",
    r"请补填县级批准销号的日期", r"在结对的暂停时段", r"聘期至 \S+ 早于正在帮带",
)  # fmt: skip
def _other_day(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    if not place:
        desk.form[plain(note.heading)].value = desk.as_of
        return
    tab, row, name = place
    tab.put(row, name, _as_typed(tab, name, _day_for(desk, place)))
    if tab.model.sheet.key == "duty":
        starts, due = (tab.day(row, each) for each in ("starts_on", "due_on"))
        if starts and due and due < starts:
            other = "starts_on" if name == "due_on" else "due_on"
            tab.put(row, other, _day_for(desk, (tab, row, other)))


def _as_typed(tab: Tab, name: str, day: date) -> date | str:
    month = columns_by_field(tab.model)[name].kind is Kind.MONTH
    return f"{day:%Y-%m}" if month else day


def _day_for(desk: Desk, place: Place) -> date:
    """Return a day that agrees with the other dates of its row."""
    tab, row, name = place
    pairings, today, key = desk.tabs["pairing"], desk.as_of, tab.model.sheet.key
    if name in {"born", "grassroots_since", "in_post_since"}:
        started = min(filter(None, [tab.day(row, n) for n in ("grassroots_since", "in_post_since")
                                    if n != name]), default=date(2015, 7, 1))  # fmt: skip
        born = tab.day(row, "born") or date(1980, 5, 1)
        return started - 25 * _YEAR if name == "born" else min(born + 30 * _YEAR, today - 8 * _YEAR)
    if key in {"log", "duty", "completion"}:
        spans = [_period(desk, at) for at in _pairings(desk, tab, row)]
        first, last = max(s[0] for s in spans), min(s[1] for s in spans)
        if key == "duty":
            whole = pairings.day(pairings.find("pairing_id", tab.code(row, "pairing_id")), "until")
            return first if name == "starts_on" else whole or last
        if key == "completion":
            return last
        days = [first + (last - first) * ((row + n) % 8) / 8 for n in range(8)]
        return next((day for day in days if _agrees(desk, place, day)), days[0])
    if key == "assessment":
        same = tab.code(row, "mentee_id")
        taken = {tab.day(at, "assessed_on") for at in tab.rows()
                 if at != row and tab.code(at, "mentee_id") == same}  # fmt: skip
        signed, assessed = tab.day(row, "signed_on"), tab.day(row, "assessed_on")
        if name == "signed_on":
            return assessed or today
        if signed and signed <= today and signed not in taken:
            return signed
        return next(d for n in range(9, 99) if (d := today - timedelta(days=n)) not in taken)
    return {
        "appointed_until": max(today, tab.day(row, "appointed_on") or today) + 3 * _YEAR,
        "until": (tab.day(row, "paired_on") or today) + 364 * _DAY,
        "ceremony_on": tab.day(row, "paired_on") or today,
        "appointed_on": tab.day(row, "joined_on") or today - _YEAR,
        "joined_on": tab.day(row, "appointed_on") or today - _YEAR,
        "surveyed_on": tab.day(row, "chosen_on") or today,
        "chosen_on": _paired_on(desk, tab.code(row, "mentee_id")),
        "measures_due": today + _YEAR / 2,
    }.get(name, today - timedelta(days=3))


def _paired_on(desk: Desk, mentee: str) -> date:
    tab = desk.tabs["pairing"]
    days = [tab.day(row, "paired_on") for row in tab.rows() if tab.code(row, "mentee_id") == mentee]
    return min([day for day in days if day], default=desk.as_of - timedelta(days=9))


# --- pairings ---


@answers(
    r"期满日期 \S+ 不晚于结对日期", r"帮带期一般为 12 个月", r"期满日期 \S+ 已过，状态仍是.*续帮的请更新期满日期"
)  # fmt: skip
def _whole_period(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    until = (tab.day(row, "paired_on") or desk.as_of) + 364 * _DAY
    tab.put(row, "until", until if until > desk.as_of else until + _YEAR)


@answers(r"暂停止 \S+ 早于暂停起", r"暂停起 \S+ 不在帮带期")
def _no_pause(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    for name in ("paused_from", "paused_to"):
        place[0].put(place[1], name, None)


@answers(r"早于对象确定日期")
def _chosen_then(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    code = tab.code(row, "mentee_id")
    people = desk.tabs["individual" if code.startswith("G") else "organisation"]
    people.put(people.find("mentee_id", code), "chosen_on", tab.day(row, "paired_on"))


@answers(r"不在导师聘期")
def _appointed_then(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    mentors = desk.tabs["mentor"]
    at, day = mentors.find("mentor_id", tab.code(row, "mentor_id")), tab.day(row, "paired_on")
    if day and (mentors.day(at, "appointed_on") or day) > day:
        mentors.put(at, "appointed_on", day)


@answers(r"同一导师和对象重复结对", r"有 \d+ 名导师，超过上限 (\d+) 名")
def _end(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    names = ("mentee_id",) if found.lastindex else ("mentee_id", "mentor_id")
    mine = [tab.code(row, name) for name in names]
    same = [at for at in _running(desk) if [tab.code(at, name) for name in names] == mine]
    if row not in same[int(found[1]) if found.lastindex else 1 :]:
        return
    tab.put(row, "status", "终止")
    tab.put(row, "end_reason", "重复登记")
    if "ended_on" in tab.columns:
        tab.put(row, "ended_on", _period(desk, row)[1])
    _modes(desk)


@answers(r"未终止的请清空终止日期")
def _not_ended(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], "ended_on", None)


@answers(r"仍在帮带的请更正对象状态")
def _still_helped(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    code = tab.code(row, "mentee_id")
    people = desk.tabs["individual" if code.startswith("G") else "organisation"]
    people.put(people.find("mentee_id", code), "status", "帮带中")


# --- people, rows and words ---


@answers(r"不是同一人的请在“备注”注明“(\S+?)”")
def _not_the_same(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], "remark", found[1])


@answers(r"还出现在 [A-Z]+(\d+).*请只保留", r"与 [A-Z]+(\d+) 完全相同")
def _keep_one(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, _ = place
    if row > int(found[1]):
        tab.empty(row)


@answers(r"阶段无变化的无需登记")
def _no_step(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].empty(place[1])


@answers(
    r"上一次转化后的“(\S+?)”不一致", r"培养转化最近一次的“(\S+?)”不一致", r"得分 \S+ 应为“(\S+?)”"
)
def _as_it_should_be(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], found[1])


@answers(r"请将状态改为(帮带中)，", r"将状态改为(待结对)、")
def _as_told(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], found[1])


@answers(r"将结论改为续帮或(调整)，并更正结对和对象的状态")
def _not_graduated(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    tab.put(row, name, found[1])
    pairings, people = desk.tabs["pairing"], desk.tabs["individual"]
    mentee = pairings.code(pairings.find("pairing_id", tab.code(row, "pairing_id")), "mentee_id")
    at = people.find("mentee_id", mentee)
    if at and people.text(at, "status") == "期满出师":
        people.put(at, "status", "待结对")


@answers(r"参加基层工作只有 \d+ 年")
def _no_veteran(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], "优秀共产党员")


@answers(r"村（社区）名单中。相近的有：([^、；]+)", r"请核对村名")
def _village(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    if found.lastindex:
        tab.put(row, name, found[1])
        return
    wrong = {(n.sheet, n.value) for n in desk.notes if n.message == note.message}
    known = (tab.text(at, name).removesuffix("委会") for at in tab.rows())
    tab.put(row, name, next(v for v in known if v and (note.sheet, v) not in wrong))


@answers(r"验收得分 \S+ 低于 (\d+)")
def _inspected(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], "inspection_score", int(found[1]) + 5)


@answers(r"不满意票 \d+ 多于测评总票 (\d+)")
def _votes(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], int(found[1]) // 10)


@answers(r"请补填终止原因", r"内容不得为空")
def _reason(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    place[0].put(place[1], place[2], "工作调动")


# --- who mentors whom ---


@answers(
    r"导师 (\S+) 正在帮带 \d+ 人，超过上限 \d+ 人", r"正在帮带 \d+ 人，超过 \d+ 人",
    r"导师 (\S+) 的状态是“\S+”，仍在帮带", r"导师 (\S+) 的回避人员中有", r"请另选导师", r"导师 (\S+) 在各台账合计正在帮带",
)  # fmt: skip
def _another_mentor(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    pairings = desk.tabs["pairing"]
    code = found[1] if found.lastindex else place[0].code(place[1], "mentor_id")
    numbers = [int(n) for n in re.findall(r"(\d+) 人", f"{note.message}{note.advice}")]
    most = min(numbers) if numbers else 0
    mine = [r for r in _running(desk) if pairings.code(r, "mentor_id") == code]
    people = [r for r in mine if pairings.code(r, "mentee_id")[:1] == "G" or not most]
    moved = [place[1]] if place[0] is pairings and not found.lastindex else people[most:]
    for row in moved:
        new = next(_mentors(desk, row), "")
        if new:
            pairings.put(row, "mentor_id", new)
    if moved:
        _modes(desk)


def _running(desk: Desk) -> list[int]:
    tab = desk.tabs["pairing"]
    return [row for row in tab.rows() if tab.text(row, "status") == "帮带中"]


def _mentors(desk: Desk, row: int) -> Iterator[str]:
    """Yield the mentors of the unit that may take one more, those with the fewest first."""
    tab, pairings = desk.tabs["mentor"], desk.tabs["pairing"]
    mine = pairings.code(row, "mentee_id")
    start = pairings.day(row, "paired_on") or desk.as_of
    end = pairings.day(row, "until") or desk.as_of
    loads = Counter(pairings.code(at, "mentor_id") for at in _running(desk))
    taken = {pairings.code(at, "mentor_id") for at in pairings.rows()
             if pairings.code(at, "mentee_id") == mine}  # fmt: skip
    people = desk.tabs["individual" if mine.startswith("G") else "organisation"]
    name, free = people.text(people.find("mentee_id", mine) or 1, "name"), []
    for at in tab.rows():
        code = tab.code(at, "mentor_id")
        from_, until = tab.day(at, "appointed_on"), tab.day(at, "appointed_until")
        if tab.text(at, "status") not in {"在库", ""} or code in taken or not code:
            continue
        if tab.text(at, "name") == name:
            continue
        if (from_ and from_ > start) or (until and until < end) or mine in tab.codes(at, "avoid"):
            continue
        if loads[code] < min(tab.number(at, "capacity", 3), 3):
            free.append(code)
    yield from sorted(free, key=lambda code: loads[code])


@answers(r"结对方式“\S+”与(?:各台账合计的)?实际不符")
def _right_modes(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    _modes(desk)


def _modes(desk: Desk) -> None:
    """Write the mode of every running pairing that its numbers contradict."""
    tab = desk.tabs["pairing"]
    running = _running(desk)
    by_mentor = Counter((tab.code(r, "mentor_id"), tab.code(r, "mentee_id")[:1]) for r in running)
    by_mentee = Counter(tab.code(r, "mentee_id") for r in running)
    for row in running:
        mentor, mentee = tab.code(row, "mentor_id"), tab.code(row, "mentee_id")
        many, several = by_mentor[mentor, mentee[:1]] > 1, by_mentee[mentee] > 1
        fit = (
            {"多对多·小团队" if many else "多对一", "多对一", "组团帮"}
            if several
            else {"一对多" if many else "一对一"}
        )
        mode = tab.text(row, "mode")
        if desk.unit in mentor and mode not in {*fit, "跨村带"}:
            tab.put(row, "mode", "多对一" if several else next(iter(fit)))


# --- any cell ---


@answers(r"不在“(.+?)”的选项内。请从下拉列表中选：(\S+)")
def _choice(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    words = found[2].split("、")
    tab.put(row, name, words[0])
    if name == "mode":
        _modes(desk)
    elif name == "category" and tab.model.sheet.key == "mentor":
        tab.put(row, name, words[-1].removesuffix("等"))
    elif name == "stage":
        steps = desk.tabs["conversion"]
        mine = [steps.text(at, "to_stage") for at in steps.rows()
                if steps.code(at, "mentee_id") == tab.code(row, "mentee_id")]  # fmt: skip
        tab.put(row, name, mine[-1] if mine else words[0])
    elif name == "rating":
        score = tab.number(row, "score")
        tab.put(row, name, "优秀" if score >= 90 else "合格" if score >= 70 else "不合格")


@answers(r"超出范围，应", r"“([\d.]+)”不是整数", r"不是数字。")
def _number(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    if name == "score" and tab.model.sheet.key == "completion":
        tab.put(row, name, {"优秀": 92, "合格": 80}.get(tab.text(row, "rating"), 55))
    else:
        tab.put(row, name, 2)


@answers(r"不可见的控制字符")
def _plain_text(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    tab.put(row, name, re.sub(r"[\x00-\x1f]|_x00[01][0-9A-F]_", "", str(tab.value(row, name))))


@answers(r"请补填所答复问题的编号，不是答复的请更正类型")
def _answered(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    question = _named(desk, place)
    tab.put(row, name if question else "kind", question or "经验")


@answers(r"请补填：", r"请改正公式，或直接填写内容", r"公式没有计算结果", r"尾数已丢失")
def _fill(desk: Desk, note: Note, place: Place, found: re.Match[str]) -> None:
    tab, row, name = place
    tab.put(row, name, _made_up(desk, place))


def _made_up(desk: Desk, place: Place) -> object:
    tab, row, name = place
    column = columns_by_field(tab.model)[name]
    if column.kind in {Kind.DAY, Kind.MONTH}:
        return _as_typed(tab, name, _day_for(desk, place))
    if column.choices:
        return column.choices[0]
    if name == "phone":
        return "13995402032"
    if name == tab.model.sheet.id_field:
        return tab.next_code(desk.unit)
    if name.endswith(("_id", "_ids")) or name == "reply_to":
        return _named(desk, place)
    if name in {"name", "secretary", "recorder", "assessor"}:
        return f"{'马张王李杨'[row % 5]}{'建志晓文海'[int(desk.unit) % 5]}{'国军芳梅龙'[int(desk.unit) // 100 % 5]}"
    return _TEXT if column.kind is Kind.TEXT else 3
