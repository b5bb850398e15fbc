"""Reduce entry texts to their skeletons: what stays when names, places, dates and numbers go.

All texts are one array of UTF-16 units, so that 200,000 of them take a few array operations:

1. letters are folded; punctuation, spaces and numbers go, and 年月日 behind a number with them;
2. names of persons and places known to the ledger go, and so does 小王, 老王 and 王同志.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Units = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]

SEPARATOR = 0
"""The unit between two texts."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱覃武戴"
    "莫孔汤温康施樊葛邢齐乔伍庞颜倪庄聂鲁岳翟殷詹申欧耿兰焦俞柳祝宁尚舒阮柯纪梅童凌毕裴霍苗翁冉"
    "骆蓝辛靳柴蒙鲍喻祁蒲滕饶牟艾尤穆卓吉缪褚娄窦戚岑卜晏柏瞿桂佟臧闵苟邬卞姬栾隋刁沙巫寇桑甄虞"
    "敖巩佘苑邝匡鞠荆冀郁胥栗鄢奚冼蔺惠禹冶撒拜虎妥剡白"
)
"""First characters of names, the commonest and those of the region."""

DOT = "·"
"""Inside a name: 古丽娜·沙比尔."""
_DOTS = "·•‧・･"
_NUMERALS = "〇零一二三四五六七八九十百千万亿两"
_DATE_UNITS = "年月日号点时"
_PRONOUNS = "他她"
"""They stand for a name."""
_TITLE = "同志"
_TABLE_BITS = 20
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Words:
    """What is masked: persons' names and places' names."""

    names: frozenset[str]
    places: frozenset[str]


def skeletons(texts: Sequence[str], words: Words) -> list[str]:
    """Return the skeleton of every text, in the same order.

    Args:
        texts: Entry texts as typed.
        words: The names to mask.
    """
    if not texts:
        return []
    units = _fold(texts)
    return decoded(units[~_named(units, _masks(words))], len(texts))


def _fold(texts: Sequence[str]) -> Units:
    units = encoded(texts)
    return _tables().fold[units[_kept(units)]]


def encoded(texts: Sequence[str]) -> Units:
    """Return the texts as UTF-16 units, `SEPARATOR` behind each."""
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        joined = "\0".join(text.replace("\0", " ") for text in texts)
    return np.frombuffer(f"{joined}\0".encode("utf-16-le", "surrogatepass"), dtype="<u2")


def decoded(units: Units, count: int) -> list[str]:
    """Return the `count` texts of `units`, the inverse of `encoded`."""
    texts = units.astype("<u2").tobytes().decode("utf-16-le", "surrogatepass").split("\0")
    return texts[:count]


@dataclass(frozen=True, slots=True)
class _Tables:
    fold: Units
    number: Flags
    date_unit: Flags


@cache
def _tables() -> _Tables:
    """Return look-up tables by unit; halves of a surrogate pair are kept as they are."""
    fold = np.zeros(1 << 16, dtype=np.uint16)
    for unit in range(1 << 16):
        char = chr(unit)
        if 0xD800 <= unit < 0xE000:
            fold[unit] = unit
        elif char.isalpha():
            half = unit - 0xFEE0 if 0xFF21 <= unit <= 0xFF5A else unit
            low = ord(chr(half).lower()[0])
            fold[unit] = low
    number = np.array([chr(unit).isnumeric() for unit in range(1 << 16)])
    number |= _flags(map(ord, _NUMERALS))
    fold[number] = SEPARATOR
    fold[[ord(pronoun) for pronoun in _PRONOUNS]] = SEPARATOR
    fold[[ord(dot) for dot in _DOTS]] = ord(DOT)
    return _Tables(fold, number, _flags(map(ord, _DATE_UNITS)))


def _kept(units: Units) -> Flags:
    tables = _tables()
    kept: Flags = tables.fold[units] != 0
    dated = np.zeros_like(kept)
    dated[1:] = tables.number[units[:-1]] & tables.date_unit[units[1:]]
    kept &= ~dated
    kept |= units == SEPARATOR
    return kept


class _Masks(NamedTuple):
    """What is looked for in folded text.

    Attributes:
        surnames: Units that stand behind 小 or 老, or before 同志.
        words: By length, one row per word.
    """

    surnames: Flags
    words: list[Units]


@lru_cache(2)
def _masks(words: Words) -> _Masks:
    names = _folded({*words.names, *(name.replace(DOT, "") for name in words.names)})
    heads = (ord(char) for char in (*SURNAMES, *(name[0] for name in names)))
    surnames = _flags(head for head in heads if head < 1 << 16)
    return _Masks(surnames, _patterns(names | _folded(words.places)))


def _named(units: Units, masks: _Masks) -> Flags:
    """Return which units belong to a name."""
    surnames = masks.surnames
    gone = np.zeros(len(units), dtype=np.bool_)
    following = np.append(units[1:], np.uint16(0))
    after = np.append(following[1:], np.uint16(0))
    called = ((units == ord("小")) | (units == ord("老"))) & surnames[following]
    titled = (following == ord(_TITLE[0])) & (after == ord(_TITLE[1]))
    gone |= called | (titled & surnames[units])
    gone[1:] |= called[:-1] | titled[:-1]
    gone[2:] |= titled[:-2]
    _mark(gone, units, following, masks.words)
    return gone


def holds(texts: Sequence[str], words: Words) -> bool:
    """Return whether some texts hold a name or a place."""
    units = _fold(texts)
    gone = np.zeros(len(units), dtype=np.bool_)
    _mark(gone, units, np.append(units[1:], np.uint16(0)), _masks(words).words)
    return bool(gone.any())


def heads(words: Words) -> frozenset[str]:
    """Return the first characters of the names, which mask them behind 小 and before 同志."""
    return frozenset(name[0] for name in _folded(words.names))


def _folded(words: Iterable[str]) -> frozenset[str]:
    """Return the words as they stand in folded text, single characters left out."""
    listed = sorted(words)
    units = encoded(listed) if listed else np.zeros(0, dtype=np.uint16)
    units = _tables().fold[units[_kept(units)]]
    return frozenset(word for word in decoded(units, len(listed)) if len(word) > 1)


def _mark(gone: Flags, units: Units, following: Units, patterns: Sequence[Units]) -> None:
    """Mark in `gone` every occurrence of a word."""
    if not patterns:
        return
    heads = np.concatenate([alike[:, :2] for alike in patterns])
    first, second = _flags(heads[:, 0]), _flags(heads[:, 1])
    starts = np.flatnonzero(first[units] & second[following])
    starts = starts[_among([units[starts], following[starts]], heads)]
    for alike in patterns:
        length = alike.shape[1]
        fitting = starts[starts <= len(units) - length]
        hits = fitting[_among([units[fitting + at] for at in range(length)], alike)]
        for at in range(length):
            gone[hits + at] = True


def _patterns(words: Iterable[str]) -> list[Units]:
    """Return the words as arrays of units, one row per word, one array per length."""
    by_length: dict[int, list[str]] = {}
    for word in words:
        size = len(word.encode("utf-16-le", "surrogatepass")) // 2
        by_length.setdefault(size, []).append(word)
    return [
        encoded(alike).reshape(-1, length + 1)[:, :length] for length, alike in by_length.items()
    ]


def _among(columns: Sequence[Units], patterns: Units) -> Flags:
    """Return which of the runs of units, given column by column, are rows of `patterns`."""
    wanted = np.sort(_hashes(patterns.T))
    maybe = np.zeros(1 << _TABLE_BITS, dtype=np.bool_)
    maybe[_slots(wanted)] = True
    runs = _hashes(columns)
    found = maybe[_slots(runs)]  # rules out nearly all before the search
    asked = runs[found]
    places = np.minimum(np.searchsorted(wanted, asked), len(wanted) - 1)
    found[found] = wanted[places] == asked
    return found


def _hashes(columns: Iterable[Units]) -> npt.NDArray[np.uint64]:
    """Return a number per run of units, given column by column."""
    total = np.zeros(1, dtype=np.uint64)
    for column in columns:
        total = (total + column) * _MIX
        total ^= total >> np.uint64(29)
    return total


def _slots(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
    return (hashes >> np.uint64(64 - _TABLE_BITS)).astype(np.intp)


def _flags(units: Iterable[int]) -> Flags:
    flags = np.zeros(1 << 16, dtype=np.bool_)
    flags[np.fromiter(units, dtype=np.intp)] = True
    return flags


# --- phrases everybody writes: they do not say who wrote an entry first ---

_PHRASES = (
    "入户走访|走访入户|走访慰问|走访群众|入户宣传|入户|走访|了解情况|了解有关情况|了解基本情况"
    "|了解生产生活情况|了解群众生产生活情况|生产生活情况|家庭情况|思想动态|工作开展情况|工作情况"
    "|宣传政策|宣传党的政策|宣传党的惠民政策|宣传惠农政策|惠民政策|惠农政策|政策宣传|讲解政策"
    "|谈心谈话|开展谈心谈话|促膝谈心|座谈交流|交流座谈|召开座谈会|座谈会|面对面交流|电话联系"
    "|电话沟通|微信联系|听取意见建议|听取意见|听取群众意见|征求意见|意见建议|诉求|收集诉求"
    "|指导工作|现场指导|业务指导|工作指导|帮助解决问题|解决困难问题|解决实际困难|存在的问题|困难问题"
    "|提出意见建议|提出要求|提出了要求|下一步工作|下步工作|下步打算|安排部署|工作安排|安排工作|布置工作"
    "|开展帮带|帮带工作|帮带活动|结对帮带|导师帮带|帮带对象|帮带|导师|学习文件|理论学习|集中学习"
    "|学习上级精神|会议精神|学习贯彻|参加学习|组织学习|三会一课|会一课|主题党日|党员大会|支委会"
    "|支部会议|支部|会议记录|党支部|群众|情况|工作|开展|进行|相关|有关|落实"
)
_STOCK = re.compile("|".join(sorted(_PHRASES.split("|"), key=len, reverse=True)))


def informative(skeleton: str, least: int) -> bool:
    """Return whether `least` or more characters are left beside stock phrases."""
    if len(skeleton) < least:
        return False
    return len(skeleton) >= 3 * least or len(_STOCK.sub("", skeleton)) >= least
