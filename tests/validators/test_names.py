from __future__ import annotations

import itertools
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.validators.test_checks import check
from validators import names, normalise
from validators.messages import PROBLEMS
from validators.sheets import LogEntryRow, MentorRow, columns_by_field

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤海虎妥者撒纳拜咸禹"
    "丑剡蒙穆兰乜逯呙仝"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国志远文博晓燕海龙云飞和及与等上前左定略生有无常"
TWO_SURNAMES = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "拓跋",
)
PARTS = (
    "买买提",
    "艾力",
    "古丽",
    "阿依",
    "帕提曼",
    "热合曼",
    "吐尔逊",
    "努尔",
    "迪丽",
    "卓玛",
    "扎西",
)
WHOLE = (
    "扎西旺堆",
    "乌仁图雅",
    "巴特尔",
    "阿的小惹",
    "孟和巴雅尔",
    "古力米热",
    "才让多杰旦增",
    "朝鲁",
    "索南",
)
RARE = "𠮷㛃䶮堃喆昇珺煊翀龑〇"


def honest_names() -> list[str]:
    """Return some five thousand names as people bear them, made by plain lists."""
    chance = random.Random(12)
    names = {s + g for s in SURNAMES for g in chance.sample(GIVEN, 12)}
    names |= {s + "".join(chance.sample(GIVEN, 2)) for s in SURNAMES for _ in range(22)}
    names |= {
        s + "".join(chance.sample(GIVEN.replace("等", ""), n))
        for s in TWO_SURNAMES
        for n in (1, 2)
        for _ in range(12)
    }
    names |= {"·".join(pair) for pair in itertools.permutations(PARTS, 2)}
    names |= {"·".join(chance.sample(PARTS, 3)) for _ in range(200)}
    names |= {
        chance.choice(SURNAMES) + chance.choice(RARE) + chance.choice(("", "明"))
        for _ in range(200)
    }
    return sorted(names | {*WHOLE})


def test_honest_names_are_clean_by_the_thousand() -> None:
    names = honest_names()

    values, problems = check("mentor.name", *names)

    assert len(names) > 4_000
    assert {names[i]: kind for i, kind in problems.items()} == {}
    assert values == names


@pytest.mark.parametrize(
    "separator", ["、", "，", ",", "/", "；", "\n", " ", "　", "和", "与", "及", "&", "、\n"]
)
def test_two_people_are_never_one(separator: str) -> None:
    chance = random.Random(len(separator))
    for _ in range(40):
        first, second = (
            chance.choice(SURNAMES[:60]) + "".join(chance.sample("伟芳敏静强军勇艳杰涛明超", 2))
            for _ in "ab"
        )
        cell = f"{first}{separator}{second}"
        values, problems = check("mentor.name", cell)
        assert (values, problems) == ([None], {0: "name_several"}), cell


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("同上", "ditto"), ("〃", "ditto"), ("″", "ditto"), ('"', "ditto"), ("待定", "placeholder"),
        ("1", "placeholder"), (1, "placeholder"), ("（空缺）", "placeholder"), ("无", "placeholder"),
        ("—", "placeholder"), ("√", "placeholder"), ("某某某", "placeholder"), ("NA", "placeholder"),
        ("王大山等3人", "name_several"), ("张三（组长）、李四", "name_several"), ("王大山等", "name_several"),
        ("王大山 等", "name_several"), ("640402197805030012", "id_number_only"), ("王?山", "characters_lost"),
        ("张\ufffd", "characters_lost"), ("???", "characters_lost"), ("王书记", "name_malformed"),
        ("13800000001", "name_malformed"), ("王", "name_malformed"), ("冯庄村村委会副主任兼会计王大山", "name_malformed"),
        ("村两委", "name_malformed"), ("全体党员", "name_malformed"), ("党支部", "name_malformed"),
        ("未配备", "placeholder"), ("空岗", "placeholder"), ("王大山 书记 李小山", "name_several"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_an_error(cell: object, kind: str) -> None:
    assert check("mentor.name", cell) == ([None], {0: kind})


@pytest.mark.parametrize(
    "cell",
    ["王大山13800000001", "王大山 138 0000 0001", "王大山（13800000001）", "王大山640402197805030012",
     "640402197805030012王大山", "王大山（女）", "王大山(回族)", "王大山*", "王大山书记", "王大山同志", "1.王大山", "书记王大山", "导师：王大山",
     "王大山、", "王大山2"],
)  # fmt: skip
def test_what_stands_beside_a_name_is_said_and_left_out(cell: str) -> None:
    assert check("mentor.name", cell) == (["王大山"], {0: "name_more"})


@pytest.mark.parametrize("cell", ["王大山李小山", "王大山·李小山", "冯庄村"])
def test_two_names_run_together_and_a_villages_are_doubted_but_kept(cell: str) -> None:
    assert check("mentor.name", cell) == ([cell], {0: "name_doubtful"})


@pytest.mark.parametrize(
    ("spaced", "name"), [("张 三", "张三"), ("欧阳 修文", "欧阳修文"), ("王 大 山", "王大山"), ("买买提 · 艾力", "买买提·艾力")]
)  # fmt: skip
def test_blanks_within_one_name_are_its_spelling(spaced: str, name: str) -> None:
    assert check("mentor.name", spaced) == ([name], {0: "normalised"})


@pytest.mark.parametrize("cell", ["同上", "李红凤、李海", "王?山", "待定"])
def test_a_row_can_do_without_the_name_of_an_optional_column(cell: str) -> None:
    column = columns_by_field(LogEntryRow)["recorder"]
    from validators.checks import check_values  # noqa: PLC0415

    checked = check_values(column, [cell])

    assert checked.values == [None]
    assert not checked.problems[0].is_error


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *((cell, "ditto") for cell in ("同上", "〃", "同第1条", "同前。", "如上", "同上次", "同5月3日内容")),
        *((cell, "placeholder") for cell in ("略", "无", "1", "……", "。", "。。。", "√", "待补充", "—", "/")),
        *((cell, "says_little") for cell in ("见附件", "详见纸质台账", "内容", "开展帮带", "已完成", "正常", "已帮带", "帮带工作")),
        ("开展了\ufffd\ufffd帮带", "characters_lost"), ("????", "characters_lost"),
        ("登记身份证640402197805030012", "id_number"),
    ],
)  # fmt: skip
def test_an_account_that_tells_nothing_is_said(cell: str, kind: str) -> None:
    values, problems = check("log.content", cell)

    assert problems == {0: kind}
    assert values == ([cell] if PROBLEMS[kind].level.value == "warning" else [None])


@pytest.mark.parametrize(
    "cell", ["走访", "到户走访，一起看牛棚", "谈心谈话？效果如何？", "第1次见面"]
)
def test_short_honest_accounts_are_clean(cell: str) -> None:
    assert check("log.content", cell) == ([cell], {})


def test_an_id_number_is_said_in_every_column_of_text() -> None:
    number = "640402197805030012"
    for field in columns_by_field(MentorRow):
        if field not in {"mentor_id"}:
            _, problems = check(f"mentor.{field}", f"{number}")
            assert problems[0] in {"id_number", "id_number_only", "name_more"}, field


def test_a_mark_for_the_value_above_is_told_in_every_typed_column() -> None:
    for field in columns_by_field(MentorRow):
        values, problems = check(f"mentor.{field}", "同上")
        assert (values, problems) == ([None], {0: "ditto"}), field


ID_NUMBER = "110101199003070" + "118"  # of nobody
PIECES = st.sampled_from(
    [ID_NUMBER, "11010119900307011X", "110101 19900307 0118", "1" + ID_NUMBER, ID_NUMBER + "1",
     "１１０１０１１９９００３０７０１１８", ID_NUMBER[:17], "2026-05-03 2026-05-04", "13900000001", "走访", " ", "\n", "\u200b",
     "同上", "??", "\ufffd", "、", "长" * 12]
)  # fmt: skip
TYPED = st.lists(PIECES, min_size=1, max_size=4).map("".join) | st.integers() | st.none()


@given(st.lists(TYPED, max_size=80))
def test_texts_looked_at_together_are_found_as_one_by_one(cells) -> None:
    texts = [(i, cell) for i, cell in enumerate(cells) if isinstance(cell, str)]
    untidy = {i for i, cell in texts if not cell.isprintable() or cell != cell.strip()}
    untidy |= {i for i, cell in enumerate(cells) if not isinstance(cell, str)}
    named = {i for i, cell in texts if names.has_id_number(cell)}
    ditto = {i for i, cell in texts if len(cell) <= 12 and names.is_ditto(cell)}
    short = {i for i, cell in texts if len(cell) <= 12}
    lost = {i for i, cell in texts if "\ufffd" in cell or "??" in cell}

    assert names.untidy_texts(cells) == sorted(untidy | named | ditto)
    assert names.few_words(cells) == sorted(untidy | named | short | lost)


CODES = st.from_regex(r"[JG][0-9]{9}-[0-9]{2,4}", fullmatch=True)


@given(
    st.lists(
        CODES | st.sampled_from(["", "\0", "J640402104-001\0J640402104-002", 7, "同上"]),
        max_size=150,
    )
)
def test_codes_looked_at_together_are_found_as_one_by_one(cells) -> None:
    def fits(cell: object) -> bool:
        return isinstance(cell, str) and bool(re.fullmatch(r"J[0-9]{9}-[0-9]{3,}", cell))

    assert normalise.not_coded("J")(cells) == [i for i, c in enumerate(cells) if not fits(c)]


@pytest.mark.parametrize("mark", ["，", "、", "/", " ", "；"])
@given(st.lists(st.sampled_from(
    ["男", "女", "汉族", "回族", "中共党员", "群众", "副镇长", "党委副书记", "开城镇副镇长", "大专", "冯庄村"]
), min_size=1, max_size=3))  # fmt: skip
def test_what_tells_of_one_person_is_no_second_one(mark: str, told: list[str]) -> None:
    _, kinds = check("mentor.name", mark.join(["王大山", *told]))

    assert {*kinds.values()} <= {"name_more", "name_malformed"}
    assert kinds


@pytest.mark.parametrize("mark", ["，", "、", "/", "；"])
def test_two_people_are_two_with_their_titles_too(mark: str) -> None:
    for typed in (("王大山书记", "李小山"), ("王大山", "李小山副镇长"), ("丑大山", "冼小山", "男")):
        assert check("mentor.name", mark.join(typed))[1] == {0: "name_several"}
