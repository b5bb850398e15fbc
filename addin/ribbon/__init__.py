"""The buttons: each a function of the workbook in front, with its place on the tab above it.

    @button("使用说明", group="工具", icon="Help", help="打开使用说明。")
    def manual(book: xw.Book) -> None: ...

A button is short: an action, what the action says written into the workbook as one step that can be
undone, and a message. `@ledger_button` declares one that only computes changes of the ledger, and
the command that writes the same changes into a copy of a file. A problem the clerk can act on is
raised as a `BangdaiError`; the host shows its sentence.

The modules here load quickly: what a button does is imported when it is pressed, so that the ribbon,
the menu and the command line can list the buttons without pandas, the solver or xlwings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from addin.buttons import Button, LedgerChange
from validators.sheets import Row

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.ledger_set import DatedLedger

    Computation = Callable[[DatedLedger], LedgerChange]


@dataclass(frozen=True, kw_only=True)
class LedgerButton(Button):
    """A button whose function only computes changes of the ledger; writing and telling follow.

    Attributes:
        compute: Returns the changes and what is said of them.
        command: The command `bangdai <command>` that does the same to a file, "" for none.
    """

    compute: Computation
    command: str = ""


class _Place(TypedDict):
    """The facts of a button besides its label and its function; see `Button`."""

    group: str
    icon: str
    help: str
    needs: NotRequired[type[Row]]
    large: NotRequired[bool]


def button(label: str, **place: Unpack[_Place]) -> Callable[[Callable[[xw.Book], object]], Button]:
    """Declare a function as what a button does; see `Button` for the arguments.

    Before the function runs, the workbook in front is looked at: `UsageError` is raised where it is
    no ledger or lacks the sheet of `needs`.
    """

    def declare(function: Callable[[xw.Book], object]) -> Button:
        return Button(label=label, press=_checked(function, place.get("needs")), **place)

    return declare


def ledger_button(
    label: str, *, command: str = "", **place: Unpack[_Place]
) -> Callable[[Computation], LedgerButton]:
    """Declare a function that computes changes of a ledger as a button and, if named, as a command.

    The button reads and checks the open ledger, writes the changes as one step that can be undone,
    and shows the sentences. `bangdai <command> FILE --out COPY` reads a file, writes a copy with
    the changes and prints the same sentences. The first paragraph of `help` is the command's help.
    """

    def declare(compute: Computation) -> LedgerButton:
        @wraps(compute)
        def press(book: xw.Book) -> None:
            from addin.ribbon.session import press_ledger_button

            press_ledger_button(book, declared)

        declared = LedgerButton(
            label=label, press=_checked(press, place.get("needs")), compute=compute,
            command=command, **place,
        )  # fmt: skip
        return declared

    return declare


def _checked(
    function: Callable[[xw.Book], object], needed: type[Row] | None
) -> Callable[[xw.Book], object]:
    key = needed.sheet.key if needed else ""

    @wraps(function)
    def press(book: xw.Book) -> None:
        from addin.actions.open_ledger import needs
        from workbooks.live.host import one_click

        with one_click(book):
            needs(book, key)
            function(book)

    return press
