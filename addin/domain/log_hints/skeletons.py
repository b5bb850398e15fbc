"""Reduce entry texts to their skeletons: what stays when names, places, dates and numbers go.

All texts are one array of UTF-16 units, so that 200,000 of them take a few array operations:

1. letters are folded; punctuation, spaces and numbers go, and 年月日 behind a number with them;
2. names of persons and places known to the ledger go, and so does 小王, 老王 and 王同志.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Units = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]

SEPARATOR = 0
"""The unit between two texts."""
BLOCK = 1_000
"""Texts looked at together."""

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
_SPARE_BITS = 4
"""Of a table, beyond those that its words fill."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Words:
    """What is masked: persons' names and places' names."""

    names: frozenset[str]
    places: frozenset[str]


def skeletons(texts: Sequence[str], words: Words) -> list[str]:
    """Return the skeleton of every text, in the same order."""
    return decoded(masked(encoded(texts), words)) if texts else []


def masked(units: Units, words: Words) -> Units:
    """Return the skeletons of encoded texts."""
    if not len(units):
        return units
    folded = _fold(units)
    return folded[~_named(folded, _masks(words))]


def parts(units: Units, starts: IntArray, which: IntArray) -> Iterator[Units]:
    """Yield the units of some texts, few at a time."""
    for at in range(0, len(which), BLOCK):
        own = which[at : at + BLOCK]
        if (np.diff(own) == 1).all():
            yield units[starts[own[0]] : starts[own[-1] + 1]]
            continue
        firsts, sizes = starts[own], starts[own + 1] - starts[own]
        ends = np.cumsum(sizes)
        yield units[np.arange(ends[-1]) + np.repeat(firsts - ends + sizes, sizes)]


def some(units: Units, which: IntArray) -> Units:
    """Return some of encoded texts."""
    starts = np.append(0, np.flatnonzero(units == SEPARATOR) + 1)
    return np.concatenate([units[:0], *parts(units, starts, which)])


def shortened(units: Units, longest: int) -> Units:
    """Return the first units of encoded texts, `longest` at most."""
    ends = np.flatnonzero(units == SEPARATOR)
    over = np.diff(ends, prepend=-1) - 1 - longest
    kept = np.ones(len(units), np.bool_)
    for end, more in zip(ends[over > 0].tolist(), over[over > 0].tolist(), strict=True):
        kept[end - more : end] = False
    first: Units = units[kept]
    return first


def encoded(texts: Sequence[str]) -> Units:
    """Return the texts as UTF-16 units, `SEPARATOR` behind each."""
    return np.frombuffer(f"{joined(texts)}\0".encode("utf-16-le", "surrogatepass"), dtype="<u2")


def joined(texts: Sequence[str]) -> str:
    """Return the texts with NUL between them, and none inside."""
    text = "\0".join(texts)
    if text.count("\0") > len(texts) - 1:
        text = "\0".join(one.replace("\0", " ") for one in texts)
    return text


def decoded(units: Units) -> list[str]:
    """Return the texts of `units`, the inverse of `encoded`."""
    return units.tobytes().decode("utf-16-le", "surrogatepass").split("\0")[:-1]


_KEPT, _NUMBER, _DATED = np.uint8(1), np.uint8(2), np.uint8(4)
_SURNAME, _CALLED, _TONG, _ZHI, _FIRST, _SECOND = (np.uint8(1 << bit) for bit in range(6))


class _Tables(NamedTuple):
    """Look-up tables by unit: as it is folded, and what it may be."""

    fold: Units
    kinds: Kinds


@cache
def _tables() -> _Tables:
    """Return the tables; halves of a surrogate pair are kept as they are."""
    text = "".join(map(chr, range(1 << 16)))
    low = text.replace("İ", "i").lower()  # the one letter that would become two
    fold = np.frombuffer(low.encode("utf-16-le", "surrogatepass"), "<u2").copy()
    fold[~np.fromiter(map(str.isalpha, text), np.bool_)] = SEPARATOR
    fold[0xFF21:0xFF5B] = fold[0x41:0x7B]
    fold[0xD800:0xE000] = np.arange(0xD800, 0xE000)
    number = np.fromiter(map(str.isnumeric, text), np.bool_) | _flags(map(ord, _NUMERALS))
    fold[number] = SEPARATOR
    fold[[ord(pronoun) for pronoun in _PRONOUNS]] = SEPARATOR
    fold[[ord(dot) for dot in _DOTS]] = ord(DOT)
    kinds = (fold != 0) * _KEPT | number * _NUMBER | _flags(map(ord, _DATE_UNITS)) * _DATED
    kinds[SEPARATOR] = _KEPT
    return _Tables(fold, kinds)


def _fold(units: Units) -> Units:
    """Return what stays of texts when punctuation, numbers and the units of dates go."""
    tables = _tables()
    kinds = tables.kinds.take(units, mode="clip")  # quicker than the check that all are inside
    kinds[1:] &= ~((kinds[1:] & _DATED) >> 2 & (kinds[:-1] & _NUMBER) >> 1)
    return tables.fold.take(units[(kinds & _KEPT).view(np.bool_)], mode="clip")


class _Masks(NamedTuple):
    """What is looked for in folded text.

    Attributes:
        kinds: By unit, whether it may stand behind 小 or before 同志, or begin a word.
        heads: The first two units that any word has.
        words: By length, the shortest first.
    """

    kinds: Kinds
    heads: _Patterns
    words: list[_Patterns]


@lru_cache(2)
def _masks(words: Words) -> _Masks:
    names = _folded({*words.names, *(name.replace(DOT, "") for name in words.names)})
    listed = _rows(names | _folded(words.places))
    kinds = np.zeros(1 << 16, np.uint8)
    kinds[[ord(char) for char in (*SURNAMES, *(n[0] for n in names)) if ord(char) < 1 << 16]] = 1
    for kind, chars in ((_CALLED, "小老"), (_TONG, _TITLE[0]), (_ZHI, _TITLE[1])):
        kinds[[ord(char) for char in chars]] |= kind
    for alike in listed:
        kinds |= _flags(alike[:, 0]) * _FIRST | _flags(alike[:, 1]) * _SECOND
    heads = np.concatenate([np.zeros((0, 2), np.uint16), *(alike[:, :2] for alike in listed)])
    return _Masks(kinds, _Patterns.of(heads), [*map(_Patterns.of, listed)])


def _named(units: Units, masks: _Masks) -> Flags:
    """Return which units belong to a name."""
    kinds = masks.kinds.take(units, mode="clip")
    following = np.append(kinds[1:], np.uint8(0))
    after = np.append(following[1:], np.uint8(0))
    called = (kinds & _CALLED) >> 1 & following
    titled = (following & _TONG) >> 2 & after >> 3 & 1
    gone = called | titled & kinds
    gone[1:] |= called[:-1] | titled[:-1]
    gone[2:] |= titled[:-2]
    flags = (gone & 1).view(np.bool_)
    _mark(flags, units, _starts(kinds), masks)
    return flags


def holding(units: Units, words: Words) -> IntArray:
    """Return which of encoded texts hold a name or a place."""
    folded, masks = _fold(units), _masks(words)
    gone = np.zeros(len(folded), dtype=np.bool_)
    _mark(gone, folded, _starts(masks.kinds[folded]), masks)
    ends = np.flatnonzero(folded == SEPARATOR)
    return np.unique(np.searchsorted(ends, np.flatnonzero(gone)))


def heads(words: Words) -> frozenset[str]:
    """Return the first characters of names beyond `SURNAMES`: masked behind 小 and before 同志."""
    return frozenset(name[0] for name in _folded(words.names)) - {*SURNAMES}


def _folded(words: Iterable[str]) -> frozenset[str]:
    """Return the words as they stand in folded text, single characters left out."""
    listed = sorted(words)
    return (
        frozenset(w for w in decoded(_fold(encoded(listed))) if len(w) > 1)
        if listed
        else frozenset()
    )


def _starts(kinds: Kinds) -> npt.NDArray[np.intp]:
    """Return where a word may begin."""
    return np.flatnonzero(((kinds[:-1] & _FIRST) >> 4 & kinds[1:] >> 5).view(np.bool_))


def _mark(gone: Flags, units: Units, starts: npt.NDArray[np.intp], masks: _Masks) -> None:
    """Mark in `gone` every occurrence of a word that begins at one of `starts`."""
    hashes = _hashes([units[starts], units[starts + 1]])
    begun = masks.heads.likely(hashes)
    starts, hashes, size = starts[begun], hashes[begun], 2
    for words in masks.words:
        columns = (units.take(starts + at, mode="clip") for at in range(size, words.size))
        hashes, size = _hashes(columns, hashes), words.size
        hits = starts[words.among(hashes)]
        for at in range(size):
            gone[hits + at] = True


class _Patterns(NamedTuple):
    """Words of one length.

    Attributes:
        size: In units.
        hashes: Of the words, in order.
        maybe: Which of them there can be, by their first bits.
    """

    size: int
    hashes: Hashes
    maybe: Flags

    @classmethod
    def of(cls, words: Units) -> _Patterns:
        """Return the patterns of words, one row per word."""
        hashes = np.unique(_hashes(words.T))
        maybe = np.zeros(1 << (len(hashes).bit_length() + _SPARE_BITS), dtype=np.bool_)
        maybe[_slots(hashes, len(maybe))] = True
        return cls(words.shape[1], hashes, maybe)

    def likely(self, runs: Hashes) -> Flags:
        """Return which of the hashes of runs of units may be one of the words': few others."""
        return self.maybe[_slots(runs, len(self.maybe))]

    def among(self, runs: Hashes) -> Flags:
        """Return which of the hashes of runs of units are one of the words'."""
        found = self.likely(runs)  # rules out nearly all before the search
        asked = runs[found]
        places = np.minimum(np.searchsorted(self.hashes, asked), len(self.hashes) - 1)
        found[found] = self.hashes[places] == asked
        return found


def _rows(words: Iterable[str]) -> list[Units]:
    """Return the words as arrays of units, one row per word, one array per length."""
    units = encoded([*words])
    ends = np.flatnonzero(units == SEPARATOR)
    sizes = np.diff(ends, prepend=-1) - 1
    return [
        units[ends[sizes == size][:, None] - np.arange(size, 0, -1)]
        for size in np.unique(sizes[sizes > 0])
    ]


def _hashes(columns: Iterable[Units], before: Hashes | None = None) -> Hashes:
    """Return a number per run of units, given column by column, and what stands `before` them."""
    total = np.zeros(1, dtype=np.uint64) if before is None else before
    for column in columns:
        total = (total + column) * _MIX
        total ^= total >> np.uint64(29)
    return total


def _slots(hashes: Hashes, size: int) -> npt.NDArray[np.intp]:
    """Return the places of hashes in a table."""
    return (hashes >> np.uint64(65 - size.bit_length())).astype(np.intp)


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
