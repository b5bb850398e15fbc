"""Names of people and words of an account, told from cells that say nothing or too much.

A cell in a column of names may hold several people, a phone beside the name, a mark for “as above” or
a word for nobody; one in a column of words may hold a mark that fills the cell and tells nothing.
Every reader returns what can be used or raises a problem of `messages.PROBLEMS`; `name_doubt` and
`text_doubt` say what a value that can be used leaves to be corrected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from validators import normalise
from validators.cells import Cell
from validators.divisions import village_names
from validators.normalise import refusal, squeeze, text

_HANZI = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_USUAL = re.compile(r"[\u4e00-\u9fff]{2,3}")
_NAME = re.compile(
    rf"(?=[{_HANZI}·]+\Z)(?:[^·]{{2,12}}|[^·]{{1,8}}(?:·[^·]{{1,8}}){{1,4}})|[A-Za-z][A-Za-z.' -]*[A-Za-z.]"
)  # hanzi are named once: a set of so many takes a millisecond to compile
_LONGEST_NAME = 6
"""Hanzi of a name written without dots."""

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武"
    "戴莫孔向汤海虎妥者哈撒纳拜咸禹丑剡蒙穆兰"
)
_TWO_SURNAMES = frozenset(
    ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木",
     "呼延", "南宫", "赫连", "拓跋", "独孤", "长孙", "宇文", "司空", "闻人", "申屠", "西门", "淳于", "单于")
)  # fmt: skip
_TITLES = (
    "党委书记", "支部书记", "党支部书记", "副书记", "副主任", "副镇长", "副乡长", "书记", "主任", "镇长",
    "乡长", "县长", "支书", "局长", "科长", "部长", "同志", "老师", "先生", "女士", "主席", "经理", "组长",
    "队长", "校长", "站长", "所长", "会长", "委员", "干事", "村长", "专干",
)  # fmt: skip
_NOBODY = frozenset(
    ("无", "没有", "暂无", "待定", "未定", "待补", "待补充", "待填", "待填写", "待确定", "待聘", "待选",
     "空缺", "空", "暂缺", "缺", "缺位", "空岗", "空白", "未配备", "待配备", "未配", "不详", "未知", "略", "某某", "某某某", "姓名", "无人", "本人", "测试", "示例",
     "na", "n/a", "none", "null", "nan", "test", "true", "false")
)  # fmt: skip
_DITTO = re.compile(
    r"(?:内容)?(?:同|如)(?:上|前|左)(?:[一1]?[行条格项次])?|同\d{1,2}[月./]\d{1,2}[日号]?(?:内容)?|同第?\d+[行条格项]|同第[一二三四五六七八九十]+[行条格项]"
    r"|[〃〞々]+|[\"'“”″＂′]{1,2}"
)
_NOTHING = re.compile(
    r"[\W_]*|[\W_]*\d{1,3}[\W_]*|[A-Za-z]|待(?:定|补充?|填写?|完善|确定)|略|不详|未知|未定|暂[无缺]|空缺?"
)
_SAYS_LITTLE = re.compile(
    r"(?:详?见|附)\w{0,6}(?:附件|台账|档案|记录|照片)|内容|(?:已|正常|按时|按期)*(?:开展|完成|进行|做)(?:了)?(?:帮带|工作|帮带工作)?"
    r"|(?:已|正常|结对)*(?:帮带|帮扶)(?:工作)?|正常|良好|按计划(?:开展|进行)"
)
_NO_CONTENT = frozenset({"无", "没有", "有", "是", "否", "好"})
_SEPARATOR = re.compile(r"[、,;/&+|\n]+")
_AND = re.compile(r"[和与及]")
_BRACKETS = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|【[^】]*】?")
_NUMBER_BEHIND = re.compile(
    r"\s*(?:电话|手机|联系方式|身份证号?|tel)?[::]?\s*\+?\d[\d\s\-]{4,}[Xx]?$", re.I
)
_MARKS = re.compile(
    r"^(?:姓名|导师|对象|书记)[::]|^[\s*#.\d]+[.、\s]*|[\s*#.,;:。、√✓×]+$|(?<=\D)\d{1,2}$"
    rf"|(?<=[{_HANZI}]{{2}})[\s,、]+[男女]$"
)
_GROUP = re.compile(
    r"(?:全体|各|所有).*|.*(?:党员|两委|支部|支委|党委|村委会?|居委会?|人民政府|[乡镇]政府|办公室|工作组|小组|全村|干部|群众)"
)
"""What is nobody's name but a group's or an office's."""
_ABOUT_SOMEBODY = re.compile(
    r".{1,5}族|.*党员|群众|.*团员|大专|本科|高中|.*(?:[镇乡村县局委办]|社区)"
)
"""What stands beside a name in rosters."""
_OTHERS = re.compile(r"等(?:\d+|[一二三四五六七八九十]+)?[人名位]?$")
_ID_NUMBER = re.compile(
    r"(?<!\d)[1-9１-９]\d{5}[\s-]?(?:19|20|１９|２０)\d\d(?:0\d|1[0-2]|０\d|１[０-２])[0-3０-３]\d[\s-]?\d{3}[\dXxＸｘ](?!\d)"
)
_GIVEN = range(2, 4)
"""Hanzi of a usual name."""
_TWO_NAMES = 5
"""Hanzi from which on a name may be two people's."""
_SEPARATE = "\x00"


def is_ditto(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but a mark for the value above it."""
    return isinstance(cell, str) and bool(_DITTO.fullmatch(cell.strip().rstrip("。.")))


def has_id_number(cell: Cell) -> bool:
    """Tell whether an ID number of a citizen, 18 characters with a day of birth, stands in a cell."""
    return isinstance(cell, str) and bool(_ID_NUMBER.search(cell))


def without_id_numbers(cell: Cell) -> Cell | None:
    """Return a cell without the ID numbers of citizens in it, None where nothing else stands there.

    A number of 15 or 18 digits is one, too: no cell of a ledger holds so many.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if abs(cell) >= _FIFTEEN_DIGITS else cell
    if not isinstance(cell, str) or not _MANY_DIGITS.search(cell):
        return cell
    kept = _OLD_ID_NUMBER.sub("", _ID_NUMBER.sub("", cell))
    if kept == cell:
        return cell
    kept = _ID_LABEL.sub("", kept).strip(" \t\n,;，；、:：")
    return kept or None


def may_hold_id_numbers(cells: Sequence[Cell]) -> bool:
    """Tell whether `without_id_numbers` could change one of many cells."""
    texts = _joined(cells)
    if _is_within(texts, _MANY_DIGITS, 14) and _SIX_DIGITS.search(texts):
        return True
    numbers = [cell for cell in cells if type(cell) in _NUMBERS]
    return any(abs(number) >= _FIFTEEN_DIGITS for number in numbers)  # type: ignore[arg-type]


_FIFTEEN_DIGITS = 1e14
_NUMBERS = (int, float)
_SIX_DIGITS = re.compile(r"[0-9０-９]{6}")
"""How every ID number begins."""
_MANY_DIGITS = re.compile(r"[\d\s-]{14}")
_OLD_ID_NUMBER = re.compile(
    r"(?<!\d)[1-9１-９]\d{5}\d\d(?:0\d|1[0-2]|０\d|１[０-２])[0-3０-３]\d{4}(?!\d)"
)
"""ID numbers of 15 digits, given out until 1999."""
_ID_LABEL = re.compile(r"[(（]?(?:公民)?身份证(?:件)?(?:号码?)?[:：]?\s*[)）]?")


def _with_id_numbers(cells: Sequence[Cell], joined: str) -> list[int]:
    """Return the indexes of the cells with an ID number; fast where there is none `joined`."""
    if not _is_within(joined, _ID_NUMBER, 17):
        return []
    return [i for i, cell in enumerate(cells) if has_id_number(cell)]


def _joined(cells: Sequence[Cell]) -> str:
    return _SEPARATE.join([cell for cell in cells if isinstance(cell, str)])


_LIKE_DIGITS = re.compile(r"[\d\s-]{2,}")


def _is_within(texts: str, number: re.Pattern[str], length: int) -> bool:
    """Tell whether a long number is found in a text, of which only some characters are looked at.

    Args:
        texts: The text.
        number: The number; its first `length` characters are digits, white space or hyphens, and
            hardly any follow.
        length: Of so many in a row two are looked at.
    """
    step = length // 2
    return any(
        number.search(texts, max(0, step * (run.start() - 1)), step * (run.end() + 1))
        for run in _LIKE_DIGITS.finditer(texts[::step])
    )


def untidy_texts(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `text` would change or `text_doubt` speaks of."""
    ditto = [
        i
        for i, cell in enumerate(cells)
        if isinstance(cell, str) and len(cell) <= _FEW and is_ditto(cell)
    ]
    return sorted({*normalise.untidy(cells), *_with_id_numbers(cells, _joined(cells)), *ditto})


def text_doubt(cell: Cell, _: str) -> str:
    """Return the kind of what is wrong with a text, "" for nothing."""
    if is_ditto(cell):
        return "ditto"
    return "id_number" if has_id_number(cell) else ""


# --- words and accounts ---


def words(cell: Cell) -> str:
    """Return the words of a column that must say something: a unit, a post, a place.

    Raises:
        PydanticCustomError: `ditto`, `placeholder`, `characters_lost`, or as `normalise.text`.
    """
    typed = text(cell)
    if is_ditto(typed):
        raise refusal("ditto")
    if _is_lost(typed):
        raise refusal("characters_lost")
    if typed and typed not in BLANK_WORDS and _NOTHING.fullmatch(squeeze(typed)):
        raise refusal("placeholder")
    return typed


BLANK_WORDS = frozenset({"无", "—", "——", "/", "／"})
"""Words a clerk writes where there is nothing to say: villagers have no post, an optional cell is empty."""


def few_words(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `words` or `account` might refuse or change."""
    joined = _joined(cells)
    short = [i for i, cell in enumerate(cells) if isinstance(cell, str) and len(cell) <= _FEW]
    lost = (
        [i for i, cell in enumerate(cells) if isinstance(cell, str) and _may_be_lost(cell)]
        if _may_be_lost(joined)
        else []
    )
    return sorted({*short, *lost, *normalise.untidy(cells), *_with_id_numbers(cells, joined)})


def _may_be_lost(text: str) -> bool:
    return "\ufffd" in text or "??" in text


_FEW = 12


def account(cell: Cell) -> str:
    """Return an account of what was done.

    Raises:
        PydanticCustomError: as `words`; `placeholder` also for 无.
    """
    typed = words(cell)
    if typed in _NO_CONTENT or (typed and _NOTHING.fullmatch(squeeze(typed))):
        raise refusal("placeholder")
    return typed


def account_doubt(cell: Cell, value: str) -> str:
    """Return the kind of what is wrong with an account that can be used, "" for nothing."""
    little = _SAYS_LITTLE.fullmatch(squeeze(value).rstrip("。."))
    return "says_little" if little else text_doubt(cell, value)


def _is_lost(typed: str) -> bool:
    """Tell whether characters were lost on the way: � anywhere, or mostly question marks."""
    marks = typed.count("?")
    return "\ufffd" in typed or (marks > 1 and 2 * marks > len(typed))


# --- people ---


def person(cell: Cell) -> str:
    """Return the name of one person: NFKC, no inner spaces between hanzi, one kind of dot.

    What else stands in the cell is left out where the name is certain; see `name_doubt`.

    Raises:
        PydanticCustomError: `ditto`, `placeholder`, `characters_lost`, `name_several` with the
            `options`, `name_malformed`, or as `normalise.text`.
    """
    typed = text(cell)
    if not typed:
        return typed
    if is_ditto(typed):
        raise refusal("ditto")
    folded = unicodedata.normalize("NFKC", typed)
    if "\ufffd" in folded or "?" in folded:
        raise refusal("characters_lost")
    plain = squeeze(folded).strip("()[]【】")
    if plain.casefold() in _NOBODY or _NOTHING.fullmatch(plain):
        raise refusal("placeholder")
    bare = _BRACKETS.sub("", folded).strip()
    _refuse_several(bare)
    name = normalise.name(_MARKS.sub("", _NUMBER_BEHIND.sub("", _MARKS.sub("", bare))))
    for title in _TITLES:
        if name.endswith(title) and len(name) > len(title) + 1:
            name = name.removesuffix(title)
            break
        if name.endswith(title) and len(name) == len(title) + 1:
            raise refusal("name_malformed")
        if name.startswith(title) and name[len(title) : len(title) + 1] in _SURNAMES:
            name = name.removeprefix(title)
            break
    if _GROUP.fullmatch(name):
        raise refusal("name_malformed")
    if not _NAME.fullmatch(name) or name.casefold() in _NOBODY:
        raise refusal("name_malformed")
    return name


def is_like_person(cell: Cell) -> bool:
    """Tell whether a cell is most likely the name of a person: a surname and one to three hanzi."""
    if not isinstance(cell, str):
        return False
    plain = squeeze(cell)
    if "·" in plain:
        return bool(_NAME.fullmatch(plain))
    surname = plain[:2] in _TWO_SURNAMES or plain[:1] in _SURNAMES
    return (
        surname
        and 2 <= len(plain) <= 4
        and bool(_NAME.fullmatch(plain))
        and plain[1:] not in _TITLES
    )


def unusual_people(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `person` may change or refuse."""
    usual, places = _USUAL.fullmatch, village_names()
    return [
        i
        for i, cell in enumerate(cells)
        if not (isinstance(cell, str) and usual(cell))
        or cell in _NOBODY
        or cell[1:] in _TITLES
        or _DITTO.fullmatch(cell)
        or _GROUP.fullmatch(cell)
        or cell in places
    ]


def name_doubt(cell: Cell, name: str) -> str:
    """Return the kind of what is wrong with a name that can be used, "" for nothing."""
    if name and normalise.name(cell) != name:
        return "name_more"
    parts = name.split("·")
    if len(parts) == 2 and all(len(p) in _GIVEN and p[0] in _SURNAMES for p in parts):
        return "name_doubtful"
    if name in village_names():
        return "name_doubtful"
    hanzi = len(name) if len(parts) == 1 and not name.isascii() else 0
    if hanzi > _LONGEST_NAME or (hanzi >= _TWO_NAMES and _are_two(name)):
        return "name_doubtful"
    return ""


def _are_two(name: str) -> bool:
    """Tell whether five or six hanzi may be two names without anything between them."""
    begins = name[0] in _SURNAMES and name[:2] not in _TWO_SURNAMES
    return begins and any(name[at] in _SURNAMES for at in (2, 3) if 2 <= len(name) - at <= 3)


def _refuse_several(typed: str) -> None:
    """Raise a problem where a cell, its brackets left out, names several people, or tells of one."""
    bare = (_MARKS.sub("", _NUMBER_BEHIND.sub("", part)) for part in _SEPARATOR.split(typed))
    parts = [name for part in map(str.strip, bare) if part for name in _apart(part)]
    others = bool(parts) and len(parts[-1]) > 2 and _OTHERS.search(parts[-1])
    if others:
        parts[-1] = _OTHERS.sub("", parts[-1])
    people = [part for part in map(_untitled, parts) if _NAME.fullmatch(part)]
    if len(people) > 1 or (others and people):
        raise refusal("name_several", options="、".join(people))
    if len(people) < len(parts) > 1:
        raise refusal("name_malformed")


def _untitled(part: str) -> str:
    """Return the name in a part without the title behind it, "" where it tells of somebody."""
    title = next((title for title in _TITLES if part.endswith(title)), "")
    bare = part.removesuffix(title)
    told = _ABOUT_SOMEBODY.fullmatch(part) or (title and not is_like_person(bare))
    return "" if part in village_names() or (told and not is_like_person(part)) else bare


def _apart(part: str) -> list[str]:
    """Return the names in a part between separators: blanks and 和 may part names, too."""
    pieces = re.sub(r"\s*[·•‧∙⋅・･.]\s*", "·", part).split()
    if len(pieces) > 1 and not part.isascii() and not _is_one_name(pieces):
        return pieces
    whole = "".join(pieces) if not part.isascii() else part
    for match in _AND.finditer(whole):
        before, after = whole[: match.start()], whole[match.end() :]
        long = min(len(before), len(after)) > 1 and len(whole) >= _TWO_NAMES
        if long and before[0] in _SURNAMES and after[0] in _SURNAMES:
            return [before, after]
    return [whole]


def _is_one_name(pieces: list[str]) -> bool:
    """Tell whether blanks only space out one name: 张 三, 欧阳 修文, 王大山 书记."""
    if pieces[0] in _TWO_SURNAMES or pieces[-1] in _TITLES:
        return True
    if any("·" in piece for piece in pieces) and pieces[0][0] not in _SURNAMES:
        return True
    return sum(map(len, pieces)) <= 4 and min(map(len, pieces)) == 1
