"""Read a heading: the fields it may mean, whose they are, and how its cells are made up.

`label_of` knows our headings, their synonyms and `words`; it says nothing of headings it does not
know, which is what tells headings from other text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from validators.normalise import squeeze
from validators.sheets import columns_by_field, model_for
from validators.sources import words
from validators.sources.mapping import Split, Target

SUBJECTS = (
    "mentor", "individual", "organisation", "pairing", "log", "assessment", "duty", "completion",
    "conversion", "unit",
)  # fmt: skip
"""The sheets that a source can feed."""


class Use(Enum):
    """What becomes of a column, as far as its heading says."""

    FIELD = "字段"
    REMARK = "备注"
    SERIAL = "序号"
    SYSTEM = "收集表自带"
    ID_NUMBER = "身份证号"
    ATTACHMENT = "链接或图片"
    LONE = "表头表尾"
    MONTH = "月份"


@dataclass(frozen=True, slots=True)
class Label:
    """A heading that is known.

    Attributes:
        use: What becomes of its column.
        role: The sheet whose person or organisation it speaks of; "" where it does not say.
        person: The field of a person, whichever sheet it is; "" for none.
        targets: Fields it may mean in its sheets, likeliest first.
        split: How its cells are made up.
        unit: A unit it names in brackets, such as 元.
        option: The answer a column of yes and no stands for: 帮带方面:产业发展.
        unsure: Whether it may also mean something else.
    """

    use: Use
    role: str = ""
    person: str = ""
    targets: tuple[Target, ...] = ()
    split: Split = Split.NONE
    unit: str = ""
    option: str = ""
    unsure: bool = False


_LONGEST = 48
_LONGEST_SHAPE = 14
_PERSON = "person"
_MENTEES, _MENTORS = re.compile(words.MENTEES), re.compile(words.MENTORS)
_NUMBERING = re.compile(
    r"^(?:\d{1,2}(?=[\u4e00-\u9fff])|[QqＱ]?\d{1,2}[.、．:：)）]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]{1,2}[、.．])"
)
_STARS = str.maketrans("", "", "*★☆●▲※■□◆:?。“”\"'|_")
_BRACKET = re.compile(r"[(\[【〔<《]([^()\[\]【】〔〕<>《》]*)[)\]】〕>》]?")
_HINT = re.compile(
    r"(?:必填|选填|可选|可不填|单选题?|多选题?|填空题?|请.*|下拉.*|如.*|例.*|格式.*)(?:项)?$"
)
_POLITE = re.compile(
    r"^(?:请(?:您)?(?:填写|选择|输入|上传|描述|简述|简要描述)?|您的?|你的?|本人的?|本次|此次|这次|今天的?|当天的?)+"
)
_SUFFIX = re.compile(r"(?:得分|分数|评分|打分|分值|评价|方面|情况|信息|一栏|填写)$")
_CODE = re.compile(r"(?:代码|编码|代号|号码|编号)$")
_PREFIX = re.compile(
    r"^(?:20\d\d年度?|第\d+题|本人|现|当前|具体|详细|综合|总体|主要|实际|个人|所在|帮带)"
)
_QUESTIONS = (
    (re.compile(r"(?:在)?(?:何时|什么时候|哪一?天|哪天)(.{0,6}?)的?"), r"\1时间"),
    (re.compile(r"(?:在)?(?:哪里|哪儿|何地)(.{0,6}?)的?"), r"\1地点"),
    (
        re.compile(
            r"(.{0,4}?)(?:做|开展|讲|指导|帮带|交流)了(?:些)?(?:什么|哪些)(?:工作|内容|事)?"
        ),
        r"\1内容",
    ),
    (re.compile(r"(.{1,6}?)(?:的)?(?:是谁|是哪位|有谁)"), r"\1"),
    (re.compile(r"(?:属于|涉及)(?:哪个|哪些|哪)(?:一)?方面"), "方面"),
)
_TAIL = re.compile(r"(?:是什么|是哪天|是谁|有哪些|情况如何|是|为)$")
_QUANTITY = re.compile(r"万元|元|分钟|小时|岁|百分制|分|人|名|次|票|%")
_OPTION = re.compile(r"^(.{2,12}?)(?:[:：_\-—/]|[(（\[【])(.{1,12}?)[)）\]】]?$")
_JOINTS = re.compile(r"[及和与、/+&兼]|以及")
_UNIT = r"(?:现|原)?(?:工作|所在|任职|服务)?(?:单位|村|部门)(?:名称)?"
_POST = r"(?:现任|现|所任|担任|任)?(?:职务|岗位|职位)(?:职级|名称)?"
_UNIT_AND_POST = re.compile(rf"{_UNIT}{_POST}|{_POST}{_UNIT}|职务单位|任职单位职务")
_PHONE = r"(?:联系)?(?:电话|手机号?码?|方式|号码)"
_NAME_AND_PHONE = re.compile(rf"(?:姓名|名字){_PHONE}")
_BIRTH_AND_AGE = re.compile(
    r"出生(?:年月|日期|时间)(?:日)?(?:年龄|周岁|岁)|年龄出生(?:年月|日期|时间)"
)
_MONTH = re.compile(
    r"(?:20\d\d[年.-])?(?:1[0-2]|0?[1-9]|[一二三四五六七八九]|十[一二]?)月份?(?:帮带|工作)?(?:情况|内容|记录)?"
)
_PROGRAMME = re.compile(r"导师帮带(?:制|工作|活动)*|导师制")
_OF = re.compile(r"^(?:的|之)")


@lru_cache(maxsize=1 << 14)
def label_of(text: str) -> Label | None:
    """Return what is known of a heading, None where it is not known."""
    if not text or len(text) > _LONGEST:
        return None
    plain, hints = plain_heading(text)
    if not plain:
        return None
    if _MONTH.fullmatch(squeeze(text)):
        return Label(Use.MONTH)
    asked = _questioned(_POLITE.sub("", plain))
    for forms in (_plain_forms(plain, asked), _bare_forms(asked)):
        for form in forms:
            if label := _known(form, hints):
                return label
        if label := next(filter(None, (_shaped(form, hints) for form in forms)), None):
            return label
    return _option(text)


def _plain_forms(plain: str, asked: str) -> list[str]:
    """Return a heading as it is, and as a question is put."""
    forms = (plain, asked, _TAIL.sub("", asked), asked.replace("的", ""), _JOINTS.sub("", asked))
    return [*filter(None, dict.fromkeys(forms))]


def _bare_forms(asked: str) -> list[str]:
    """Return a heading without what may stand before and after the word that matters."""
    bare = asked.replace("的", "")
    forms = [_SUFFIX.sub("", bare), _CODE.sub("编号", bare), bare]
    forms += [_PREFIX.sub("", form) for form in forms]
    return [*filter(None, dict.fromkeys(forms))]


def _questioned(asked: str) -> str:
    """Return a question as a heading: 何时结对 as 结对时间."""
    for pattern, heading in _QUESTIONS:
        if match := pattern.fullmatch(asked):
            return match.expand(heading)
    return asked


def _shaped(plain: str, hints: tuple[str, ...]) -> Label | None:
    """Return the label of a heading put together from words that are usual in it."""
    if len(plain) > _LONGEST_SHAPE:
        return None
    role, rest = role_of(plain)
    unit = next((hint for hint in hints if _QUANTITY.fullmatch(hint)), "")
    for text, own in ((plain, ""), (rest, role)):
        if text and text[-1] in _last_characters() and (own or text == plain):
            targets = [target for target, shape in _shapes() if shape.fullmatch(text)]
            persons = [target.field for target in targets if target.sheet == _PERSON]
            fields = tuple(t for t in targets if t.sheet != _PERSON and (not own or t.sheet == own))
            if persons or fields:
                return Label(Use.FIELD, own, (persons or [""])[0], fields, unit=unit)
    return None


@cache
def _shapes() -> tuple[tuple[Target, re.Pattern[str]], ...]:
    named = ((name.split("."), shape) for name, shape in words.SHAPES.items())
    return tuple((Target(sheet, field), re.compile(shape)) for (sheet, field), shape in named)


@cache
def _last_characters() -> frozenset[str]:
    """Return what headings end with: nearly no other text does, which saves a closer look."""
    ends = re.findall(r"([\u4e00-\u9fff])(?=[|)?]|$)", "|".join(words.SHAPES.values()))
    return frozenset(ends)


@lru_cache(maxsize=1 << 14)
def plain_heading(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a heading without spaces, numbering, stars and brackets, and what stood in these."""
    folded = _NUMBERING.sub("", squeeze(text)).translate(_STARS)
    folded = _NUMBERING.sub("", folded)
    hints = tuple(hint for hint in _BRACKET.findall(folded) if hint)
    return _BRACKET.sub("", folded), hints


def _known(plain: str, hints: tuple[str, ...]) -> Label | None:
    """Return the label of a heading without brackets, with what these say."""
    telling = [hint for hint in hints if not _HINT.match(hint)]
    unit = next((hint for hint in telling if _QUANTITY.fullmatch(hint)), "")
    role, rest = role_of(plain)
    if not role:
        role = next((found for hint in telling if (found := _roles().get(hint, ""))), "")
        rest = plain
    joined = _JOINTS.sub("", plain)
    base = _JOINTS.sub("", rest)
    with_hints = base + "".join(_JOINTS.sub("", hint) for hint in telling if hint not in _roles())
    for form in dict.fromkeys((base, with_hints)):
        if split := _combined(form):
            return _combination(split, role)
    if role and rest and _JOINTS.match(rest):
        joint = _combined(f"姓名{base}")
        if joint:
            return _combination(joint, role)
    if role and not rest:
        named = f"姓名{with_hints}"
        if telling and (split := _combined(named)):
            return _combination(split, role)
    return _plain_label(plain, role, rest, unit, telling) or _plain_label(
        joined, role, base, unit, telling
    )


def _plain_label(plain: str, role: str, rest: str, unit: str, hints: Sequence[str]) -> Label | None:
    special = _special().get(plain)
    if special is Use.SYSTEM and unit in {"小时", "分钟"}:
        plain = rest = "时长"
    elif special:
        return Label(special, unsure=special is Use.REMARK and plain in _unsure())
    targets = _fields().get(plain, ())
    if targets:
        if answers_in := [hint for hint in hints if is_choice(targets[0], hint)]:
            return Label(Use.FIELD, targets=targets, option=answers_in[0])
        own = {target.sheet for target in targets}
        person = _persons().get(plain, "")
        # 组织建设 is an aspect of everybody's, although it begins like 组织.
        said = role if own & set(words.ROLES) == {role} else ""
        return Label(Use.FIELD, said, person, targets, unit=unit)
    if person := _persons().get(plain, ""):
        return Label(Use.FIELD, role if rest == plain else "", person, unit=unit)
    return _of_role(role, rest, unit) if role else None


def _of_role(role: str, rest: str, unit: str) -> Label | None:
    """Return the label of 导师联系电话: the field of a person who is named by a role."""
    if not rest:
        return Label(Use.FIELD, role, "name", (Target(role, "name"),), unit=unit)
    own = tuple(target for target in _fields().get(rest, ()) if target.sheet == role)
    person = _persons().get(rest, "")
    if own or person:
        return Label(Use.FIELD, role, person, own, unit=unit)
    if _special().get(rest) in {Use.REMARK, Use.ID_NUMBER}:
        return Label(_special()[rest], role)
    return None


def _combined(form: str) -> Split:
    for pattern, split in (
        (_UNIT_AND_POST, Split.UNIT_AND_POST),
        (_NAME_AND_PHONE, Split.NAME_AND_PHONE),
        (_BIRTH_AND_AGE, Split.AGE_OR_BIRTH),
    ):
        if pattern.fullmatch(form):
            return split
    return Split.NONE


def _combination(split: Split, role: str) -> Label:
    person = {
        Split.UNIT_AND_POST: "employer", Split.NAME_AND_PHONE: "name", Split.AGE_OR_BIRTH: "born",
    }[split]  # fmt: skip
    return Label(Use.FIELD, role, person, split=split)


def _option(text: str) -> Label | None:
    """Return the label of a column that stands for one answer of a question."""
    match = _OPTION.match(_NUMBERING.sub("", squeeze(text)))
    if not match:
        return None
    question, answer = plain_heading(match[1])[0], match[2]
    asked = _fields().get(_POLITE.sub("", question), ())
    several = tuple(target for target in asked if is_choice(target, answer))
    return Label(Use.FIELD, targets=several, option=answer) if several else None


def is_choice(target: Target, word: str) -> bool:
    """Tell whether a word is one of the closed list of a field."""
    from validators.checks import check_values  # noqa: PLC0415  # a heading is rarely an option

    column = columns_by_field(model_for(target.sheet))[target.field]
    return bool(column.choices) and not check_values(column, [word]).problems


def role_of(text: str) -> tuple[str, str]:
    """Return the sheet of the person a text begins with, and what follows: 导师, 联系电话."""
    found, end = "", 0
    for length in range(min(len(text), _longest_role()), 0, -1):
        if role := _roles().get(text[:length]):
            found, end = role, length
            break
    for pattern, role in ((_MENTEES, "individual"), (_MENTORS, "mentor")):
        if (match := pattern.match(text)) and match.end() > end:
            found, end = role, match.end()
    return found, _OF.sub("", text[end:]) if found else text


def roles_in(text: str) -> set[str]:
    """Return the sheets of the persons a title speaks of."""
    plain = _PROGRAMME.sub("", squeeze(text))
    found = set()
    while plain:
        role, rest = role_of(plain)
        if role:
            found.add(role)
        plain = rest if role else plain[1:]
    return found


@cache
def _roles() -> dict[str, str]:
    return {
        plain_heading(word)[0] if "（" not in word else squeeze(word): sheet
        for sheet, listed in words.ROLES.items()
        for word in listed.split()
    }


@cache
def _longest_role() -> int:
    return max(map(len, _roles()))


@cache
def _persons() -> dict[str, str]:
    found = {key(word): field for field, listed in words.PERSON.items() for word in listed.split()}
    return found | {
        key(word): field for field, listed in words.ASPECTS.items() for word in listed.split()
    }


@cache
def _fields() -> dict[str, tuple[Target, ...]]:
    """Return the fields by words that name them, in the order of the sheets."""
    found: dict[str, dict[Target, None]] = {}
    for sheet in SUBJECTS:
        for field, column in columns_by_field(model_for(sheet)).items():
            extra = words.FIELDS.get(sheet, {}).get(field, "").split()
            if sheet in words.BY_WORDS_ALONE:
                pass
            elif field in words.PERSON and sheet != "unit":
                own = (word for word in column.synonyms if role_of(squeeze(word))[0])
                extra = [*extra, *own]
            else:
                extra = [column.heading, *column.synonyms, *extra]
            for word in extra:
                found.setdefault(key(word), {})[Target(sheet, field)] = None
    return {word: tuple(targets) for word, targets in found.items()}


@cache
def _special() -> dict[str, Use]:
    listed = (
        (Use.LONE, words.LONE_LABELS),
        (Use.REMARK, words.TO_REMARK),
        (Use.SYSTEM, words.FORM_SYSTEM),
        (Use.SERIAL, words.SERIAL),
        (Use.ID_NUMBER, words.ID_NUMBER),
        (Use.ATTACHMENT, words.ATTACHMENT),
    )
    known = {key(word): use for use, text in listed for word in text.split()}
    return {word: use for word, use in known.items() if word not in _fields()} | dict.fromkeys(
        map(key, words.SUBMITTED_AT.split()), Use.SYSTEM
    )


@cache
def _unsure() -> frozenset[str]:
    return frozenset(map(key, words.UNSURE.split()))


def key(word: str) -> str:
    """Return the form of a heading by which it is looked up."""
    return plain_heading(word)[0] or squeeze(word)


@cache
def vocabulary() -> tuple[str, ...]:
    """Return every word that names a field, for likeness."""
    return tuple({**_fields(), **dict.fromkeys(_persons())})


@cache
def plain_words() -> frozenset[str]:
    """Return all headings that are known as they stand, for a quick look at many cells."""
    listed = {*words.ROLES.values(), *words.PERSON.values(), *words.ASPECTS.values()}
    listed |= {text for fields in words.FIELDS.values() for text in fields.values()}
    listed |= {words.TO_REMARK, words.SERIAL, words.FORM_SYSTEM, words.ID_NUMBER, words.ATTACHMENT}
    return frozenset({word for text in listed for word in text.split()} | {*vocabulary()})


@cache
def answers() -> frozenset[str]:
    """Return the words of closed lists: a heading among them may be an answer, too."""
    columns = (
        column for sheet in SUBJECTS for column in columns_by_field(model_for(sheet)).values()
    )
    posts = {
        word for word in words.FIELDS["organisation"]["secretary"].split() if "姓名" not in word
    }
    labels = {word for text in words.PERSON.values() for word in text.split()}
    choices = {word for column in columns for word in column.choices}
    return frozenset(choices - labels | posts | {*words.ANSWERS.split()})
