"""Copied entries: found whatever name, place, date or number was changed; honest ones left alone."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.log_hints.records import log_hints
from tests.build import AS_OF, OTHER_UNIT, a_ledger, a_log_entry, a_pairing, an_individual, code
from validators.ledger import Ledger
from validators.settings import Settings

SETTINGS = Settings()
SOURCE = "上午到冯庄村部，同朱晓明核对养牛合作社的分红名单，8户的入股凭证还没找到，商定下周三前由会计补齐"


def entry(number: int, day: date, content: str, pairing: int | str = 1, **changes: Any) -> Any:
    pairings = pairing if isinstance(pairing, str) else code("J", pairing)
    values = {"duty_ids": None, "pairing_ids": pairings, "date": day, "content": content}
    return a_log_entry(number, **{**values, **changes})


def a_log(*entries: Any, file: str = "开城镇.xlsx", **sheets: Any) -> Ledger:
    return a_ledger(file=file, log=list(entries), **sheets)


def two(source: str, copy: str, **changes: Any) -> Ledger:
    return a_log(entry(1, date(2026, 3, 4), source), entry(2, date(2026, 5, 6), copy, 2, **changes))


def copied(ledger: Ledger, settings: Settings) -> tuple[CopiedEntry, ...]:
    return log_hints(ledger, settings, AS_OF).copies


def found(ledger: Ledger, settings: Settings = SETTINGS) -> list[tuple[str, str]]:
    return [(copy.log_id, copy.source_log_id) for copy in copied(ledger, settings)]


COPIES = {
    "word for word": SOURCE,
    "other punctuation and spaces": SOURCE.replace("，", "； ").replace("8", "８"),
    "another name of the ledger": SOURCE.replace("朱晓明", "陈小燕"),
    "a name by surname only": SOURCE.replace("朱晓明", "小陈"),
    "a name as a comrade": SOURCE.replace("朱晓明", "马志同志"),
    "a name nobody knows": SOURCE.replace("朱晓明", "沈玉芹"),
    "a name with a dot nobody knows": SOURCE.replace("朱晓明", "古丽娜·沙比尔"),
    "another village": SOURCE.replace("冯庄村", "双泉村"),
    "a village nobody knows": SOURCE.replace("冯庄村", "关台村"),
    "other numbers": SOURCE.replace("8户", "23户").replace("周三", "周五"),
    "all of these": "上午到双泉村部，同沈玉芹核对养牛合作社的分红名单，17户的入股凭证还没找到，商定下周一前由会计补齐",
    "a date in front": "2026年5月6日，" + SOURCE,
    "a synonym": SOURCE.replace("商定", "约好"),
    "two synonyms": SOURCE.replace("商定", "约好").replace("补齐", "补上"),
    "clauses in another order": "8户的入股凭证还没找到，上午到冯庄村部，同朱晓明核对养牛合作社的分红名单，商定下周三前由会计补齐",
    "a short sentence added": SOURCE + "，明天再去",
    "a word left out": SOURCE.replace("上午", ""),
}

HONEST = {
    "the same template, another matter": (
        "上午到冯庄村部，同朱晓明核对低保户的年审名单，3户的收入证明还没找到，商定下周三前由会计补齐",
    ),
    "the same matter in other words": (
        "朱晓明把合作社的账拿来一起看，分红的底子不全，好几户当年入股没留凭证，让会计去找",
    ),
    "another matter": (
        "和朱晓明走了两户养殖大户，看了新圈舍，讲了春季防疫和保险怎么办，都答应这月办完",
    ),
    "the same opening sentence only": (
        "上午到冯庄村部，同朱晓明核对养牛合作社的分红名单。教会计在系统里录凭证，录错的三笔当场改了",
    ),
    "the same first half only": (
        "上午到冯庄村部，同朱晓明核对养牛合作社的分红名单，随后一起去看了新修的水渠，渠口还差两块闸板没有安装",
    ),
}

STOCK = [
    "入户走访，了解情况",
    "入户走访，了解情况。",
    "开展谈心谈话，了解思想动态",
    "参加学习，布置工作",
    "电话联系，了解工作开展情况",
    "入户走访，宣传惠民政策，了解群众生产生活情况，听取意见建议",
    "指导党支部开展主题党日活动，学习上级会议精神",
]


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_with_its_source(copy: str) -> None:
    assert found(two(SOURCE, copy)) == [(code("R", 2), code("R", 1))]


@pytest.mark.parametrize("texts", HONEST.values(), ids=HONEST)
def test_an_honest_entry_is_not_a_copy(texts: tuple[str]) -> None:
    assert found(two(SOURCE, *texts)) == []


@pytest.mark.parametrize("text", STOCK)
def test_stock_phrases_are_nobodys_property(text: str) -> None:
    assert found(two(text, text)) == []


def test_the_shortest_content_compared_is_a_setting() -> None:
    ledger = two("合作社的账目对上了", "合作社的账目对上了")

    assert found(ledger) == []
    assert found(ledger, Settings(copied_characters=6)) == [(code("R", 2), code("R", 1))]


def test_how_near_is_near_enough_is_a_setting() -> None:
    ledger = two(SOURCE, SOURCE.replace("商定", "约好"))

    assert found(ledger, Settings(copied_similarity=99)) == []
    assert len(found(ledger, Settings(copied_similarity=80))) == 1


def test_the_sentence_states_dates_ids_and_rows_and_how_much_agrees() -> None:
    (same,) = copied(two(SOURCE, SOURCE), SETTINGS)
    (renamed,) = copied(two(SOURCE, COPIES["another name of the ledger"]), SETTINGS)
    (reworded,) = copied(two(SOURCE, COPIES["a synonym"]), SETTINGS)

    both = (
        "2026-05-06 的日志 R640402104-00002（第 5 行）与 "
        "2026-03-04 的日志 R640402104-00001（第 4 行）"
    )
    assert same.facts == both + "内容完全相同"
    assert renamed.facts == both + "除姓名、地名、日期和数字外内容相同"
    assert reworded.facts.startswith(both + "除姓名、地名、日期和数字外内容有 9")
    assert same.similarity == renamed.similarity == 1 > reworded.similarity >= 0.9
    assert "形式主义" not in same.facts + renamed.facts + reworded.facts


def test_names_swapped_and_one_word_changed_is_a_copy_where_nobody_else_writes_so() -> None:
    text = "指导冯庄村支部换届选举前的谈话，逐个听了11名党员的想法，都赞成年轻人进班子"
    other = "协助双泉村支部换届选举前的谈话，逐个听了9名党员的想法，都赞成年轻人进班子"

    assert len(found(two(text, other))) == 1


def test_reworded_reports_made_of_everybodys_phrases_that_share_no_detail_are_left_alone() -> None:
    days = ("开会那天", "赶集那天", "下雨那天", "停电那天", "刮风那天", "过节那天")
    acts = (
        "核对低保户的名册",
        "清点合作社的种子",
        "丈量新渠的边界",
        "擦洗文化室的桌椅",
        "更换广场的灯泡",
    )
    ends = ("会计说月底补齐手续", "老人说明年接着种", "支书说下周开会再定", "邻居说可以搭把手")
    texts = [
        f"{day}{act}，{end}，有{9 + at}户没有到场"
        for at, (day, act, end) in enumerate(product(days, acts, ends))
    ]
    entries = [
        entry(n, date(2026, 1, 5) + timedelta(days=n), text, n) for n, text in enumerate(texts, 1)
    ]

    assert found(a_log(*entries)) == []


def test_the_case_of_names_swapped_and_a_word_changed() -> None:
    text = "搭护林员的摩托，抄录了祠堂碑上的老规矩，总算把话说到了一处。陪钱二芳排查网格中的重点户，逐户落实了监护人。"
    copy = text.replace("说到", "讲到")
    mentees = {"individual": people(("钱二芳", "孙三妹"))}

    for name in ("钱二芳", "孙三妹"):
        rows = [
            entry(1, date(2026, 3, 10), text),
            entry(2, date(2026, 4, 21), copy.replace("钱二芳", name), 2),
        ]
        assert found(a_log(*rows, **mentees)) == [(code("R", 2), code("R", 1))]


def test_one_changed_word_of_a_short_entry_is_a_copy() -> None:
    text = "帮赵冬梅把羊圈漏雨的棚顶换成了新瓦"

    assert len(found(two(text, text.replace("换成", "改用").replace("赵冬梅", "钱秋菊")))) == 1


HELD = {
    "a clause added": (SOURCE, SOURCE + "，又绕到学校后墙看了塌下来的土坎，让施工队赶在开学前砌好"),
    "a clause in front": (SOURCE, "县里来人拍宣传片，在地头陪了大半天，介绍了几样特产。" + SOURCE),
    "a sentence dropped": (SOURCE + "。晚上教他用手机记流水账，学会了两种分类。", SOURCE),
    "names swapped, too": (
        SOURCE + "。晚上教他用手机记流水账，学会了两种分类。",
        SOURCE.replace("朱晓明", "沈玉芹").replace("冯庄", "关台"),
    ),
}


@pytest.mark.parametrize("texts", HELD.values(), ids=HELD)
def test_an_entry_that_holds_another_or_stands_in_it_is_a_copy(texts: tuple[str, str]) -> None:
    assert found(two(*texts)) == [(code("R", 2), code("R", 1))]


def test_two_entries_written_as_one_are_a_copy_and_the_sentence_says_what_it_holds() -> None:
    other = "和陈小燕走了两户养殖大户，看了新圈舍，讲了春季防疫和保险怎么办，都答应这月办完"
    ledger = a_log(
        entry(1, date(2026, 3, 4), SOURCE),
        entry(2, date(2026, 3, 9), other, 2),
        entry(3, date(2026, 5, 6), f"{SOURCE}。{other}。", 3),
    )

    (copy,) = copied(ledger, SETTINGS)

    assert (copy.row, copy.source_row) == (6, 4)
    assert "除姓名、地名、日期和数字外，含有 2026-03-04 的日志" in copy.facts
    assert copy.facts.endswith("的全部内容")


def test_what_stands_whole_in_an_earlier_entry_says_so() -> None:
    (copy,) = copied(two(*HELD["a sentence dropped"]), SETTINGS)

    assert "全部内容见于 2026-03-04 的日志" in copy.facts


def test_all_but_a_sentence_in_another_entry_is_a_copy_and_half_of_it_is_none() -> None:
    third = "傍晚又去看了水渠的闸板。"
    text = f"{SOURCE}。{third}"
    other = f"{SOURCE}。学校请他给娃娃们讲了一堂修梯田的旧事，散了已经掌灯。"
    half = f"{SOURCE[:24]}。学校请他给娃娃们讲了一堂修梯田的旧事，散了已经掌灯。"

    assert len(found(two(text, other))) == 1
    assert found(two(text, half)) == []


def test_stock_phrases_that_stand_in_other_entries_are_nobodys_property() -> None:
    for stock in STOCK:
        assert found(two(stock, f"{stock}。{SOURCE}")) == []


def test_a_copy_in_another_township_names_the_file_of_its_source() -> None:
    here = a_log(entry(1, date(2026, 5, 6), SOURCE))
    there = a_ledger(
        file="三营镇.xlsx",
        unit=OTHER_UNIT,
        log=[
            a_log_entry(1, unit=OTHER_UNIT, date=date(2026, 3, 4), content=SOURCE, recorder="高升")
        ],
    )

    (copy,) = copied(Ledger.merged([here, there]), SETTINGS)

    assert (copy.file, copy.source_file) == ("开城镇.xlsx", "三营镇.xlsx")
    assert (copy.row, copy.source_row) == (4, 4)
    assert "三营镇.xlsx 第 4 行" in copy.facts


def test_every_copy_of_many_names_the_first() -> None:
    names = ["朱晓明", "陈小燕", "沈玉芹", "田玉梅", "白云飞", "何文静", "柳青山"] * 5
    entries = [
        entry(n, date(2026, 1, 5) + timedelta(days=n), SOURCE.replace("朱晓明", name), n)
        for n, name in enumerate(names, 1)
    ]

    copies = copied(a_log(*entries), SETTINGS)

    assert [copy.log_id for copy in copies] == [code("R", n) for n in range(2, 36)]
    assert {copy.source_log_id for copy in copies} <= {code("R", 1), code("R", 3)}


def test_of_hundreds_of_near_copies_none_is_lost() -> None:
    families, given = "沈蒋韩冯秦许何吕施张孔曹严金魏陶", "国强明军红梅玉兰志刚丽海燕文斌建平秀英"
    rng = random.Random(3)
    entries = []
    for n in range(1, 301):
        name = rng.choice(families) + "".join(rng.sample(given, 2))
        other = rng.choice(families) + rng.choice(given)
        text = SOURCE.replace("朱晓明", name).replace("会计", f"{other}一次")
        entries.append(entry(n, date(2026, 1, 5) + timedelta(days=n // 3), text, n))

    copies = copied(a_log(*entries), SETTINGS)

    first_day = [code("R", n) for n in (1, 2)]
    assert [copy.log_id for copy in copies] == [
        code("R", n) for n in range(1, 301) if code("R", n) not in first_day
    ]


def test_one_entry_of_a_joint_activity_is_no_copy() -> None:
    joint = entry(1, date(2026, 3, 4), SOURCE, "J640402104-001、J640402104-002")

    assert found(a_log(joint)) == []


@pytest.mark.parametrize(
    "copy", [SOURCE, COPIES["another name of the ledger"], COPIES["a synonym"]]
)
def test_entries_of_one_joint_activity_by_pairing_are_no_copies(copy: str) -> None:
    ledger = a_log(entry(1, date(2026, 3, 4), SOURCE), entry(2, date(2026, 3, 4), copy, 2))

    assert found(ledger) == []


def test_a_joint_activity_told_again_later_is_copied_once_for_each_entry() -> None:
    days = [date(2026, 3, 4)] * 2 + [date(2026, 4, 8)] * 2
    entries = [entry(n, day, SOURCE, 1 + n % 2) for n, day in enumerate(days, 1)]

    assert found(a_log(*entries)) == [(code("R", 3), code("R", 1)), (code("R", 4), code("R", 1))]


def test_one_contact_entered_twice_is_a_copy_however_short() -> None:
    text = "入户走访，了解情况"
    ledger = a_log(entry(1, date(2026, 3, 4), text), entry(2, date(2026, 3, 4), text))

    assert found(ledger) == [(code("R", 2), code("R", 1))]


def test_one_day_in_two_townships_by_two_recorders_is_not_one_activity() -> None:
    here = a_log(entry(1, date(2026, 3, 4), SOURCE, recorder="朱晓明"))

    def there(recorder: str) -> Ledger:
        row = a_log_entry(
            1, unit=OTHER_UNIT, date=date(2026, 3, 4), content=SOURCE, recorder=recorder
        )
        return a_ledger(file="三营镇.xlsx", unit=OTHER_UNIT, log=[row])

    assert len(copied(Ledger.merged([here, there("高升")]), SETTINGS)) == 1
    assert copied(Ledger.merged([here, there("朱晓明")]), SETTINGS) == ()


def test_rejected_and_undated_entries_are_neither_copies_nor_sources() -> None:
    ledger = a_log(
        entry(1, date(2026, 3, 4), SOURCE),
        entry(2, date(2026, 4, 8), SOURCE),
        a_log_entry(3, date="哪天", content=SOURCE),
    )
    ledger.tables["log"].parts[0].rejected.add(0)

    assert found(ledger) == []


def test_blank_ids_and_missing_columns_are_no_obstacle() -> None:
    rows = [entry(1, date(2026, 3, 4), SOURCE), entry(2, date(2026, 4, 8), SOURCE)]
    blank = a_log(*[{**row, "log_id": None} for row in rows])
    without = a_ledger(log=rows, without=("log.recorder", "log.log_id"))

    assert [(copy.log_id, copy.row, copy.source_row) for copy in copied(blank, SETTINGS)] == [
        ("", 5, 4)
    ]
    assert len(copied(without, SETTINGS)) == 1
    assert copied(a_ledger(without=("log.content",)), SETTINGS) == ()
    assert copied(a_ledger(without=("log",)), SETTINGS) == ()
    assert copied(Ledger.of([], []), SETTINGS) == ()


def test_odd_characters_and_very_long_contents_do_not_disturb() -> None:
    odd = SOURCE.replace("朱晓明", "𠮷玉梅") + "😀\n"
    long = "".join(chr(0x4E00 + n % 3000) for n in range(9000))
    ledger = a_log(
        entry(1, date(2026, 3, 4), SOURCE),
        entry(2, date(2026, 4, 8), odd),
        entry(3, date(2026, 4, 9), long),
        entry(4, date(2026, 4, 10), long),
        entry(5, date(2026, 4, 11), "！！！123"),
        entry(6, date(2026, 4, 12), "！！！456"),
    )

    assert found(ledger) == [(code("R", 2), code("R", 1)), (code("R", 4), code("R", 3))]


WORDS = "核对养牛合作社分红名单凭证会计补齐水渠闸板防疫保险谈话选举班子讲解申报材料现场丈量边界"
sentences = st.lists(st.sampled_from(WORDS), min_size=24, max_size=60).map("".join)


@st.composite
def logs(draw: Any) -> list[Any]:
    """Draw a log of 2–12 entries, some of which repeat the words of others."""
    texts = draw(st.lists(sentences, min_size=1, max_size=4))
    entries = []
    for number in range(1, draw(st.integers(2, 12)) + 1):
        text = f"在冯庄村与朱晓明{draw(st.sampled_from(texts))}共{draw(st.integers(1, 99))}户"
        day = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 20)))
        entries.append(entry(number, day, text, draw(st.integers(1, 3))))
    return entries


def keys(copies: tuple[CopiedEntry, ...]) -> set[tuple[str, str, float]]:
    return {(copy.log_id, copy.source_log_id, copy.similarity) for copy in copies}


@settings(deadline=None)
@given(logs())
def test_a_source_is_an_earlier_entry_and_never_the_copy_itself(entries: list[Any]) -> None:
    place = {row["log_id"]: (row["date"], row["log_id"]) for row in entries}

    for copy in copied(a_log(*entries), SETTINGS):
        assert place[copy.source_log_id] < place[copy.log_id]
        assert 0.9 <= copy.similarity <= 1


@settings(deadline=None)
@given(logs(), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(entries: list[Any], seed: int) -> None:
    mixed = random.Random(seed).sample(entries, len(entries))

    assert keys(copied(a_log(*mixed), SETTINGS)) == keys(copied(a_log(*entries), SETTINGS))


@settings(deadline=None)
@given(logs())
def test_renaming_people_and_places_and_changing_numbers_changes_nothing(
    entries: list[Any],
) -> None:
    names = ("朱晓明", "陈小燕", "苏海龙", "田玉梅")
    places = ("冯庄村", "双泉村", "三合村")
    renamed = []
    for number, row in enumerate(entries):
        text = row["content"].replace("朱晓明", names[number % 4])
        text = text.replace("冯庄村", places[number % 3]).replace("共", f"共{number}")
        renamed.append({**row, "content": text})
    pairings = {"individual": people(names), "pairing": [a_pairing(1)]}

    before, after = (copied(a_log(*log, **pairings), SETTINGS) for log in (entries, renamed))

    exact = [{key[:2] for key in keys(copies) if key[2] == 1} for copies in (before, after)]
    assert exact[0] == exact[1]


def people(names: tuple[str, ...]) -> list[Any]:
    return [an_individual(number, name=name) for number, name in enumerate(names, 1)]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("党课养牛修渠走访", max_size=12), max_size=6), st.integers(1, 4))
def test_short_contents_are_compared_where_the_superior_wants_it(
    contents: list[str], least: int
) -> None:
    log = [
        a_log_entry(number, content=text, date=date(2026, 5, number))
        for number, text in enumerate(contents, 1)
    ]

    found = copied(a_log(*log), Settings(copied_characters=least))

    assert {copy.log_id for copy in found} <= {row["log_id"] for row in log}
