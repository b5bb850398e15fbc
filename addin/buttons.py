"""The buttons of the tab 导师帮带: what each is called, where it stands and what it needs.

A button is declared at its function in `addin.ribbon`. The ribbon's XML, the VBA callbacks,
LibreOffice's menu, the page of instructions and the generated commands are made from `buttons()`.
Listing them loads nothing of what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from validators.errors import UsageError
from validators.rulebook import collect
from validators.sheets import Row
from workbooks.updates import SheetUpdate

if TYPE_CHECKING:
    import xlwings as xw

TAB = "导师帮带"

GROUPS = ("校验", "结对", "过程", "研判", "台账", "公式", "工具")
"""The groups of the tab, from left to right."""

_PACKAGE = "addin.ribbon"


@dataclass(frozen=True, kw_only=True)
class Button:
    """One button.

    Attributes:
        label: What stands on it; also the name the command line knows it by.
        press: What it does to the workbook in front; the function's name is the button's id.
        group: One of `GROUPS`.
        icon: An image Office has built in (imageMso).
        help: What it does, in one or two sentences.
        needs: The sheet it works on, None where any workbook will do; `UnitRow` (填报信息) stands
            for "a ledger".
        large: Whether it is drawn large.
    """

    label: str
    press: Callable[[xw.Book], object]
    group: str
    icon: str
    help: str
    needs: type[Row] | None = None
    large: bool = False

    @property
    def id(self) -> str:
        """Return the name the VBA calls it by."""
        return self.press.__name__


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """Changes a button makes in one ledger, and what is said of them.

    Attributes:
        updates: The changes; none where there is nothing to do.
        sentences: What must be said, a line each.
        details: Lines of which only the first may be shown.
    """

    updates: Sequence[SheetUpdate]
    sentences: Sequence[str]
    details: Sequence[str] = ()


@cache
def buttons() -> tuple[Button, ...]:
    """Return all buttons in the order of the tab: by group, then in order of definition."""
    package = import_module(_PACKAGE)
    return tuple(
        sorted(
            collect(_PACKAGE, package.__path__, Button),
            key=lambda button: GROUPS.index(button.group),
        )
    )


def find_button(name: str) -> Button:
    """Return the button with an id or a label.

    Raises:
        UsageError: There is none.
    """
    for button in buttons():
        if name in {button.id, button.label}:
            return button
    labels = "、".join(button.label for button in buttons())
    raise UsageError(f"没有按钮“{name}”", f"可用的按钮：{labels}")
