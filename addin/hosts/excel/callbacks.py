"""The VBA a click enters by: one public Sub for each button."""

from __future__ import annotations

from collections.abc import Sequence

from addin.buttons import BUTTONS, Button

__all__ = ["MODULE", "callback", "callbacks"]

MODULE = "BangDaiRibbon"


def callback(one: Button) -> str:
    """Return the name the ribbon calls a button's Sub by; with its module, so that it is ours."""
    return f"{MODULE}.bd_{one.id}"


def callbacks(buttons: Sequence[Button] = BUTTONS) -> str:
    """Return the module's source.

    The control is declared As Object, so that no reference to Office's library need resolve.
    """
    return "Option Explicit\n" + "".join(_sub(one) for one in buttons)


def _sub(one: Button) -> str:
    return (
        f"\n' {one.label}\n"
        f"Public Sub bd_{one.id}(ByVal control As Object)\n"
        f'    Press "{one.id}", {"True" if one.sheet else "False"}\n'
        "End Sub\n"
    )
