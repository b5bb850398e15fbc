"""One year and two months in 开城镇, month by month, as its clerk types them.

`live` yields the clerk and the day at each month end, after 一键更新. What happens:

- three pairings of last year end in June: 出师, 续帮 and 调整; one organisation is closed in September;
- the others are paired in January, March and July through 结对建议;
- 何文静 is on maternity leave from April to August, 柳青山 away to study from May to June;
- 杨生华 is paused as a mentor in May and his pairing broken off in June; 金玉霞 moves away in June;
- 丁向东 is left alone from July to October, 张福贵 in October and November;
- 马建军 and 杨晓琴 are rated lower than before;
- 丁玉梅 gets a 负面情形 in July and leaves the pool, 冯学义's appointment ends in September;
- in August, September and January statuses follow from decisions typed once, on agreement;
- 白云飞 and 苏海龙 are converted; the spring festival is exempt;
- one log entry has a day nobody can read, one lies in the future, some days are typed as text;
- the ledger is carried over in January, the pairings of last January end, and life goes on.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from addin.actions.new import next_year, start_ledger
from tests.year.clerk import Clerk
from tests.year.plain_duties import duties
from tests.year.plain_help import Help
from tests.year.plain_rows import Book, Row, code_of
from tests.year.township import (
    FORM,
    INDIVIDUALS,
    MENTORS,
    ORGANISATIONS,
    UNIT,
    a_mentor,
    a_pairing,
    an_assessment,
    an_individual,
    an_organisation,
)
from workbooks.reader import read_ledger

Month = Callable[[Clerk], None]
BLAMED = f"D{UNIT}-009"


class MonthEnd(NamedTuple):
    """The ledger after the work of a month.

    Attributes:
        day: The day it was updated for.
        book: Its rows as typed and computed.
        path: Its file.
        last_year: The rows of last year's ledger on its last day, where it was carried over.
    """

    day: date
    book: Book
    path: Path
    last_year: Book | None


def mentee_of(short: str) -> str:
    """Return an ID from G4 or Z1."""
    return f"{short[0]}{UNIT}-{int(short[1:]):03}"


def pairing_of(book: Book, short: str) -> Row:
    """Return the running pairing of a mentee."""
    code = mentee_of(short)
    return next(
        row
        for row in book.rows("结对台账")
        if code_of(row["对象编号"]) == code and row["状态"] == "帮带中"
    )


# --- the log -----------------------------------------------------------------------------------------

ROLES, METHODS = "传帮带培促", ("布置作业法", "案件处理法", "放手压担法", "交流提高法")


def log_month(
    clerk: Clerk, year: int, month: int, *, silent: tuple[str, ...] = (), day: int | None = None
) -> None:
    """Type a contact for every pairing that runs in a month; the duty due first is named mostly."""
    book = clerk.book
    last = date(year, month, calendar.monthrange(year, month)[1])
    helped = Help(book, last)
    open_duties: dict[str, list] = {}
    for duty in sorted(duties(helped), key=lambda duty: duty.row["截止日期"]):
        if duty.progress != "已完成":
            open_duties.setdefault(code_of(duty.row["结对编号"]), []).append(duty.row)
    for number, pairing in enumerate(book.rows("结对台账")):
        when = date(year, month, min(day or 5 + 3 * number % 20, last.day))
        when = min(max(when, pairing["结对日期"]), last)
        gone = pairing["状态"] != "帮带中" or when > pairing["期满日期"]
        quiet = code_of(pairing["对象编号"]) in map(mentee_of, silent)
        if gone or quiet or helped.pauses_on(pairing, when):
            continue
        owed = open_duties.get(pairing["结对编号"], [])
        mentee = helped.mentees[code_of(pairing["对象编号"])]
        named = owed[0] if owed and (number + month) % 4 else None
        weak = [aspect for aspect in ("业务能力", "组织建设", "基层治理") if mentee[aspect] <= 2]
        aspect = named["帮带方面"] if named else (weak or ["产业发展"])[month % len(weak or "x")]
        item = (named or (owed or [{"职责事项": "了解近期工作"}])[0])["职责事项"]
        clerk.add(
            "工作日志",
            日期=f"{when:%Y.%m.%d}" if number % 7 == 3 else when,
            结对编号=pairing["结对编号"],
            职责编号=named["职责编号"] if named else None,
            帮带方面=aspect,
            帮带作用=ROLES[(number + month) % 5] if (number + month) % 9 else None,
            帮带方法=named["帮带方法"] if named else METHODS[(number + month) % 4],
            形式="线上" if (number + month) % 6 == 0 else "线下",
            内容=f"{month}月到{mentee['所在村(社区)']}，{item}，第{number + 1}组",
            记录人="马小云",
        )


def a_joint_entry(clerk: Clerk, day: date, *shorts: str, aspect: str = "思想情怀") -> None:
    """Type one activity of several pairings."""
    codes = "、".join(pairing_of(clerk.book, short)["结对编号"] for short in shorts)
    clerk.add(
        "工作日志", 日期=day, 结对编号=codes, 帮带方面=aspect, 帮带作用="传", 帮带方法="交流提高法",
        形式="线下", 内容=f"{day.month}月组织集中学习，交流帮带体会", 记录人="马小云",
    )  # fmt: skip


def assess(clerk: Clerk, day: date, *rated: tuple[str, str, int]) -> None:
    """Type assessments: mentee, six scores, satisfaction."""
    for number, (mentee, scores, pleased) in enumerate(rated):
        signed = None if number % 5 == 4 else day
        clerk.add("成长评价", **an_assessment(mentee, day, scores, pleased, 对象签字日期=signed))


# --- the months --------------------------------------------------------------------------------------


def january(clerk: Clerk) -> None:
    clerk.form(**FORM)
    clerk.setting("免计时段", "2026-02-10至2026-02-24")
    for number in range(1, MENTORS + 1):
        blank = {"导师编号": None} if number > 10 else {}
        clerk.add("导师库", **a_mentor(number, **blank))
    for number in range(1, 10):
        status = {"状态": "帮带中"} if number <= 3 else {}
        clerk.add("个人对象", **an_individual(number, **status))
    for number in (1, 2):
        clerk.add("组织对象", **an_organisation(number))
    clerk.add(
        "组织对象",
        **an_organisation(4, 状态="帮带中", 摸底日期=date(2025, 8, 25), 提升期限=date(2026, 8, 31)),
    )
    old = {"结对日期": date(2025, 7, 1), "期满日期": date(2026, 6, 30)}
    for number, mentee in enumerate(("G1", "G2", "G3"), 1):
        clerk.add("结对台账", **a_pairing(number, number, mentee, **old))
        for month in range(8, 13):
            clerk.add(
                "工作日志", 日期=date(2025, month, 6 + number), 结对编号=f"J{UNIT}-{number:03}",
                帮带方面=("业务能力", "组织建设", "产业发展")[number - 1], 帮带作用="带",
                帮带方法="放手压担法", 形式="线下", 内容=f"2025年{month}月第{number}组入户走访和会后点评",
                记录人="马小云",
            )  # fmt: skip
    organisation = {"结对日期": date(2025, 9, 1), "期满日期": date(2026, 8, 31)}
    clerk.add("结对台账", **a_pairing(4, 11, "Z4", **organisation))
    for month in range(10, 13):
        clerk.add(
            "工作日志", 日期=date(2025, month, 20), 结对编号=f"J{UNIT}-004", 帮带方面="组织建设",
            帮带作用="帮", 帮带方法="案件处理法", 形式="线下",
            内容=f"2025年{month}月列席上青石村支部会议并指导整改", 记录人="马小云",
        )  # fmt: skip
    clerk.save()
    clerk.update(date(2026, 1, 12))
    clerk.pair(date(2026, 1, 15), *map(mentee_of, ("G4", "G5", "G6", "G7", "G8", "G9", "Z1", "Z2")))
    log_month(clerk, 2026, 1, day=22)
    a_joint_entry(clerk, date(2026, 1, 28), "G1", "G2", "G3")


def february(clerk: Clerk) -> None:
    log_month(clerk, 2026, 2, silent=("G2",))


def march(clerk: Clerk) -> None:
    for number in (10, 11, 12):
        clerk.add("个人对象", **an_individual(number))
    clerk.add("组织对象", **an_organisation(3))
    clerk.save()
    clerk.pair(date(2026, 3, 10), *map(mentee_of, ("G10", "G11", "G12", "Z3")))
    clerk.add("个人对象", **an_individual(13, 对象编号=None))
    log_month(clerk, 2026, 3)
    assess(
        clerk, date(2026, 3, 25), ("G1", "333433", 5), ("G2", "333333", 4), ("G3", "333333", 5),
        ("G4", "424333", 5), ("G5", "332423", 4), ("G6", "322323", 4), ("G7", "333433", 5),
        ("G8", "322332", 3), ("G9", "433333", 5), ("Z1", "333333", 4), ("Z4", "333333", 5),
    )  # fmt: skip


def april(clerk: Clerk) -> None:
    leave = pairing_of(clerk.book, "G4")["结对编号"]
    clerk.change("结对台账", leave, 暂停起=date(2026, 4, 1), 暂停止=date(2026, 8, 31))
    clerk.save()
    log_month(clerk, 2026, 4, silent=("G8",))
    a_joint_entry(clerk, date(2026, 4, 29), "G6", "G7", "G9", "Z1", aspect="组织建设")


def may(clerk: Clerk) -> None:
    study = pairing_of(clerk.book, "G5")["结对编号"]
    clerk.change("结对台账", study, 暂停起=date(2026, 5, 10), 暂停止=date(2026, 6, 20))
    clerk.save()
    clerk.change("导师库", f"D{UNIT}-004", 状态="暂停", 状态变更日期=date(2026, 5, 12))
    clerk.add(
        "培养转化", 对象编号=mentee_of("G3"), 日期=date(2026, 5, 18), 原阶段="未纳入", 新阶段="致富带头人",
        依据文号="开党发〔2026〕12号", 带动人数=23, **{"人均增收(元)": 1850},
    )  # fmt: skip
    log_month(clerk, 2026, 5)


def june(clerk: Clerk) -> None:
    book = clerk.book
    log_month(clerk, 2026, 6, day=4)
    for short, score, grade, end in (
        ("G1", 93, "优秀", "出师"), ("G2", 78.5, "合格", "续帮"), ("G3", 64, "不合格", "调整"),
    ):  # fmt: skip
        clerk.add(
            "期满考核", 结对编号=pairing_of(book, short)["结对编号"], 考核日期=date(2026, 6, 26), 得分=score,
            等次=grade, 考核单位="开城镇党委", 结论=end,
        )  # fmt: skip
    assess(
        clerk, date(2026, 6, 24), ("G1", "444444", 5), ("G2", "333333", 4), ("G3", "333323", 3),
        ("G5", "332423", 4), ("G6", "323323", 4), ("G8", "322232", 2), ("G9", "443333", 5),
        ("G10", "333333", 5), ("G11", "333334", 4), ("Z1", "343333", 4), ("Z2", "333333", 5),
        ("Z3", "333333", 4), ("Z4", "343343", 5),
    )  # fmt: skip
    paused = [
        row
        for row in book.rows("结对台账")
        if row["导师编号"] == f"D{UNIT}-004" and row["状态"] == "帮带中"
    ]
    for row in paused:
        clerk.at(
            "结对台账", row, 状态="终止", 终止日期=date(2026, 6, 8), 终止原因="导师暂停，对象调整"
        )
        sheet = "个人对象" if row["对象编号"].startswith("G") else "组织对象"
        clerk.change(sheet, row["对象编号"], 状态="待结对", 状态变更日期=date(2026, 6, 8))
    moved = pairing_of(book, "G7")
    if moved not in paused:
        clerk.at(
            "结对台账", moved, 状态="终止", 终止日期=date(2026, 6, 15), 终止原因="对象调离本乡镇"
        )
    clerk.change("个人对象", mentee_of("G7"), 状态="退出", 状态变更日期=date(2026, 6, 15))


def july(clerk: Clerk) -> None:
    book = clerk.book
    for short, status in (("G1", "期满"), ("G3", "期满")):
        clerk.at("结对台账", pairing_of(book, short), 状态=status)
    clerk.at("结对台账", pairing_of(book, "G2"), 期满日期=date(2027, 6, 30))
    clerk.change("个人对象", mentee_of("G1"), 状态="期满出师", 状态变更日期=date(2026, 7, 1))
    clerk.change("个人对象", mentee_of("G3"), 状态="待结对", 状态变更日期=date(2026, 7, 1))
    for number in (14, 15):
        clerk.add("个人对象", **an_individual(number))
    clerk.save()
    waiting = [
        row["对象编号"]
        for sheet in ("个人对象", "组织对象")
        for row in clerk.book.rows(sheet)
        if row["状态"] == "待结对" and row["对象编号"] != mentee_of("G15")
    ]
    clerk.pair(date(2026, 7, 9), *waiting)
    clerk.add(
        "负面情形", 日期=date(2026, 7, 15), 编号=BLAMED, 情形="酒后驾驶受到行政处罚",
        认定单位="开城镇纪委",
    )  # fmt: skip
    log_month(clerk, 2026, 7, silent=("G6",))
    assess(clerk, date(2026, 7, 20), ("G9", "443323", 4))


def august(clerk: Clerk) -> None:
    rows = clerk.book.rows("导师库调整")
    blamed = next(row for row in rows if (row["导师编号"], row["建议"]) == (BLAMED, "调出"))
    clerk.at("导师库调整", blamed, 决定="同意", 日期=date(2026, 8, 5))
    log_month(clerk, 2026, 8, silent=("G6", "G9"))
    row = next(row for row in clerk.book.rows("组织对象") if row["对象编号"] == mentee_of("Z4"))
    clerk.at("组织对象", row, 验收单位="原州区委组织部", 验收得分=82, 测评总票=40, 不满意票=5)


def september(clerk: Clerk) -> None:
    clerk.change("组织对象", mentee_of("Z4"), 销号批准日期=date(2026, 9, 20))
    clerk.add(
        "期满考核", 结对编号=f"J{UNIT}-004", 考核日期=date(2026, 9, 2), 得分=88, 等次="合格",
        考核单位="开城镇党委", 结论="出师",
    )  # fmt: skip
    log_month(clerk, 2026, 9, silent=("G6",))
    clerk.add(
        "工作日志", 日期="上旬", 结对编号=pairing_of(clerk.book, "G6")["结对编号"], 帮带方面="组织建设",
        帮带作用="帮", 帮带方法="案件处理法", 形式="线下", 内容="9月上旬谈心", 记录人="马小云",
    )  # fmt: skip
    assess(
        clerk, date(2026, 9, 27), ("G2", "334333", 4), ("G4", "424333", 5), ("G5", "333423", 4),
        ("G6", "323323", 3), ("G8", "322333", 3), ("G9", "444333", 5), ("G10", "333343", 5),
        ("G11", "333334", 4), ("G12", "434333", 5), ("G13", "333334", 4), ("Z1", "344333", 5),
        ("Z2", "333343", 5), ("Z3", "333333", 4), ("G3", "333333", 4),
    )  # fmt: skip


def october(clerk: Clerk) -> None:
    log_month(clerk, 2026, 10, silent=("G6", "G13"))
    clerk.add(
        "培养转化", 对象编号=mentee_of("G3"), 日期=date(2026, 10, 12), 原阶段="致富带头人",
        新阶段="后备干部", 依据文号="开党发〔2026〕31号", 带动人数=41, **{"人均增收(元)": 2360.5},
    )  # fmt: skip
    clerk.add(
        "培养转化", 对象编号=mentee_of("G10"), 日期=date(2026, 10, 20), 原阶段="未纳入",
        新阶段="致富带头人", 依据文号="开党发〔2026〕33号", 带动人数=12,
    )  # fmt: skip
    a_joint_entry(clerk, date(2026, 10, 30), "G2", "G9", "G10", "Z2")
    busy = pairing_of(clerk.book, "G5")["导师编号"]
    clerk.change("导师库", busy, 可带人数=1)


def november(clerk: Clerk) -> None:
    log_month(clerk, 2026, 11, silent=("G13",))
    clerk.add(
        "工作日志", 日期=date(2027, 11, 8), 结对编号=pairing_of(clerk.book, "G10")["结对编号"],
        帮带方面="产业发展", 帮带作用="带", 帮带方法="放手压担法", 形式="线下", 内容="现场看农机库棚建设",
        记录人="马小云",
    )  # fmt: skip
    clerk.change("导师库", f"D{UNIT}-012", 聘期至=date(2026, 9, 30))


def december(clerk: Clerk) -> None:
    log_month(clerk, 2026, 12)
    assess(
        clerk, date(2026, 12, 22), ("G2", "334434", 5), ("G4", "434433", 5), ("G5", "333433", 5),
        ("G6", "333333", 4), ("G8", "333333", 4), ("G9", "444443", 5), ("G10", "453323", 5),
        ("G11", "343334", 4), ("G12", "433343", 5), ("G13", "333334", 4), ("Z1", "344434", 5),
        ("Z2", "333343", 5), ("Z3", "343333", 4), ("G3", "343333", 4), ("G14", "333343", 5),
    )  # fmt: skip


def next_january(clerk: Clerk) -> None:
    book = clerk.book
    ended = [
        row
        for row in book.rows("结对台账")
        if row["状态"] == "帮带中" and row["期满日期"] == date(2027, 1, 14)
    ]
    for number, row in enumerate(ended):
        grade, end, score = (("优秀", "出师", 91), ("合格", "续帮", 80), ("合格", "出师", 85))[
            number % 3
        ]
        clerk.add(
            "期满考核", 结对编号=row["结对编号"], 考核日期=date(2027, 1, 12), 得分=score, 等次=grade,
            考核单位="开城镇党委", 结论=end,
        )  # fmt: skip
    log_month(clerk, 2027, 1, day=9)


def next_february(clerk: Clerk) -> None:
    log_month(clerk, 2027, 2, silent=("G11",))


MONTHS: tuple[Month, ...] = (
    january, february, march, april, may, june, july, august, september, october, november, december,
)  # fmt: skip
NEXT_MONTHS: tuple[Month, ...] = (next_january, next_february)
AGREEING = {august, september, next_january}
"""When the clerk lets statuses follow from what was decided; else they are typed by hand, or late."""


def live(folder: Path) -> Iterator[MonthEnd]:
    """Live through the year and two months, and yield the ledger at each month end."""
    start = folder / "000新建.xlsx"
    start_ledger(UNIT, start, year=2026, as_of=date(2026, 1, 5))
    clerk = Clerk(start)
    day = date(2026, 1, 31)
    for month in MONTHS:
        month(clerk)
        day = month_end(2026, MONTHS.index(month) + 1)
        clerk.save(openpyxl=month is october)
        clerk.update(day, agrees=lambda _, month=month: month in AGREEING)
        yield MonthEnd(day, clerk.book, clerk.path, None)
    last_year = clerk.book
    clerk.open(carried(clerk.path, folder / "100结转.xlsx", date(2027, 1, 4)))
    for number, month in enumerate(NEXT_MONTHS, 1):
        month(clerk)
        clerk.save()
        day = month_end(2027, number)
        clerk.update(day, agrees=lambda _, month=month: month in AGREEING)
        yield MonthEnd(day, clerk.book, clerk.path, last_year)


def carried(path: Path, out: Path, day: date) -> Path:
    """Carry a ledger over into the next year."""
    last = read_ledger(path).ledger
    start_ledger(UNIT, out, year=next_year(last, day), as_of=day, last=last)
    return out


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


assert (INDIVIDUALS, ORGANISATIONS) == (15, 4)
