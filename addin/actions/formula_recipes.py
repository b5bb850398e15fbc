"""How each formula is filled in: which of the ledger's tables are its arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass

from validators.errors import UsageError
from workbooks.headings import heading_key

__all__ = ["RECIPES", "Recipe", "chosen", "question"]


@dataclass(frozen=True)
class Recipe:
    """How a formula is filled in.

    Attributes:
        name: The formula.
        help: What it gives, in a few words.
        subjects: Keys of the sheets it may be about: the active one, else the first.
        arguments: `key` is a whole table, `key.field` a column, `key:rows` the rows alone,
            `key:headings` the heading row, `key:sheet` the tab's name as text and `key:first` the
            row below the headings; `@` is the subject's key, `?` after it lets a table be missing.
            What begins with = is written as it is.
        width: Columns it fills.
        dated: Whether it gives days.
    """

    name: str
    help: str
    subjects: tuple[str, ...]
    arguments: tuple[str, ...]
    width: int = 1
    dated: bool = False

    def subject(self, active: str) -> str:
        """Return the key of the sheet it is about while `active` is in front."""
        return active if active in self.subjects else self.subjects[0]

    def keys(self, active: str) -> tuple[str, ...]:
        """Return the keys of the sheets it is filled in with."""
        subject = self.subject(active)
        words = [one.replace("@", subject) for one in self.arguments if one[0] != "="]
        return tuple(dict.fromkeys([subject, *(re.split(r"[.:?]", word)[0] for word in words)]))


_TODAY = "=TODAY()"
_PEOPLE = ("individual", "organisation")
_POOL = ("mentor", *_PEOPLE, "pairing", "suggestion?", "setting?", _TODAY)
_RECORDS = ("pairing", "duty", "log", "assessment")
_CHECKED = (
    "log", "mentor", "individual", "organisation", "pairing", "duty", "assessment", "conversion",
    "completion", "misconduct", "exchange", "duty_template", "setting",
)  # fmt: skip

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "BD_CHECK", "逐行检查", _CHECKED,
        ("@:rows", "@:headings", "@:sheet", "setting?", _TODAY, "@:first"),
    ),
    Recipe(
        "BD_MATCH", "匹配分", ("suggestion",),
        ("@.mentor_id", "@.mentee_id", *_POOL),
    ),
    Recipe(
        "BD_WHY", "匹配理由", ("suggestion",),
        ("@.mentor_id", "@.mentee_id", *_POOL),
    ),
    Recipe("BD_SUGGEST", "推荐导师", _PEOPLE, ("@.mentee_id", "=3", *_POOL), width=3),
    Recipe(
        "BD_DUTY", "职责完成次数", ("duty",),
        ("@.duty_id", "duty", "log", "pairing", "setting?", _TODAY),
    ),
    Recipe(
        "BD_GROWTH", "成长变化", _PEOPLE,
        ("@.mentee_id", *_PEOPLE, "assessment", "setting?", _TODAY), width=7,
    ),
    Recipe(
        "BD_RISK", "预警", _PEOPLE,
        ("@.mentee_id", *_PEOPLE, "mentor", *_RECORDS, "setting?", _TODAY), width=4,
    ),
    Recipe(
        "BD_GOLD", "金牌得分", ("mentor",),
        ("@.mentor_id", "mentor", *_PEOPLE, *_RECORDS, "conversion", "completion", "misconduct",
         "setting?", _TODAY),
        width=6,
    ),
    Recipe("BD_DATE", "规范日期", ("log",), ("@.date",), dated=True),
    Recipe("BD_NAME", "规范姓名", ("mentor", "individual"), ("@.name",)),
    Recipe("BD_PLACE", "规范地名", ("mentor", *_PEOPLE), ("@.village",)),
)  # fmt: skip
"""One of each formula, in the order the clerk is asked."""


def question() -> str:
    """Return what the clerk is asked; Excel shows at most 255 characters."""
    listed = "  ".join(
        f"{number} {one.name[3:]} {one.help}" for number, one in enumerate(RECIPES, 1)
    )
    return f"插入哪个公式？请填序号或名称：\n{listed}"


def chosen(answer: str) -> Recipe:
    """Return the formula a clerk named by its number or its name, with or without BD_.

    Raises:
        UsageError: There is none.
    """
    word = heading_key(answer).upper()
    for number, one in enumerate(RECIPES, 1):
        if word in {str(number), one.name, one.name[3:], one.help}:
            return one
    raise UsageError(f"没有“{answer}”这个公式", f"可填 1 至 {len(RECIPES)}，如 1")
