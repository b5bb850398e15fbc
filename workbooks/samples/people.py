"""Invented people: names of the region, birth months, phones of ranges nobody has."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from zlib import crc32

__all__ = ["People", "Person"]

_HUI = "马马马马马马马海穆杨李王丁白苏金田虎罗母冶撒买者"
_HAN = "王李张刘赵杨陈何高郭韩梁朱徐孙吴周曹杜任樊石安薛雷祁剡温火袁康景柳摆魏程蒙辛燕蔺"
_MALE_FIRST = "志文建国彦学永海成有世玉宏耀富占进明克维德兴俊锦振生正廷万少治存连向"
_MALE_LAST = "军强林平福贵仁斌龙虎忠义祥鹏刚宝东明华海成财俊峰涛荣元才礼清勤川录智"
_FEMALE_FIRST = "玉秀桂淑小晓春慧亚彩红雪丽海文金月燕佳雅芳思艳银翠"
_FEMALE_LAST = "兰花梅英霞琴莲芳娟燕玲萍红香凤霖婷娜蓉洁雯瑞静珍霜叶"
_DOTTED = ("阿依古丽·艾山", "努尔兰·哈力", "买尔丹·吐逊", "古丽娜·沙比尔")
_RARE = ("马㛃", "李𠮷", "王喆龑", "杨旻垚", "穆燚", "张犇", "海甡", "欧阳生花", "尉迟万仓")
_UNITS = 65


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    name: str
    gender: str
    ethnicity: str
    born: date
    phone: str


class People:
    """A source of people, none of whom turns up twice in the city.

    Nothing is shared between townships: a person belongs to the township its name, gender and
    birth month hash to.
    """

    def __init__(self, rng: random.Random, township: int) -> None:
        self._rng = rng
        self._township = township % _UNITS
        self._seen: set[str] = set()

    def person(self, as_of: date, youngest: int, oldest: int) -> Person:
        """Return a person between `youngest` and `oldest` years old at `as_of`."""
        while True:
            gender = "男" if self._rng.random() < 0.68 else "女"
            hui = self._rng.random() < 0.5
            name, ethnicity = self._full_name(gender, hui)
            age = self._rng.randint(youngest, oldest - 1)
            born = date(as_of.year - age - 1, self._rng.randint(1, 12), 1)
            mine = crc32(f"{name}{gender}{born}".encode()) % _UNITS == self._township
            if mine and name not in self._seen:
                self._seen.add(name)
                return Person(name, gender, ethnicity, born, self.phone())

    def phone(self) -> str:
        """Return a mobile number of a range that is not given out, rarely a landline."""
        rng = self._rng
        if rng.random() < 0.04:
            return f"0954-20000{rng.randint(10, 99)}"
        return f"1{rng.randint(3, 9)}{rng.randint(0, 9)}0000{rng.randint(0, 9999):04d}"

    def villager(self) -> str:
        """Return a name for someone an entry mentions."""
        hui = self._rng.random() < 0.5
        return self._full_name("男" if self._rng.random() < 0.7 else "女", hui)[0]

    def _full_name(self, gender: str, hui: bool) -> tuple[str, str]:
        rng = self._rng
        odd = rng.random()
        if odd < 0.002:
            return rng.choice(_DOTTED), "维吾尔族"
        if odd < 0.01:
            return rng.choice(_RARE), "汉族"
        first, last = (
            (_MALE_FIRST, _MALE_LAST) if gender == "男" else (_FEMALE_FIRST, _FEMALE_LAST)
        )
        given = rng.choice(last) if rng.random() < 0.2 else rng.choice(first) + rng.choice(last)
        return rng.choice(_HUI if hui else _HAN) + given, "回族" if hui else "汉族"
