"""Commands that follow from ledger buttons: the same changes, written into a copy of a file.

What a button's decorator says is read from its source: the list of commands must not load what
the buttons stand on, which takes longer than all else of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click

from addin.cli import console
from addin.cli.group import Command, one_ledger, option_file, options

_BUTTONS = Path(__file__).parents[1] / "ribbon"
_DECORATOR = "ledger_button"


class _Declaration(NamedTuple):
    """What the decorator of a button with a command says, in literals."""

    command: str
    label: str
    help: str


@cache
def commands() -> dict[str, Command]:
    """Return the commands by name."""
    return {declaration.command: _command(declaration) for declaration in _declarations()}


def _declarations() -> Iterator[_Declaration]:
    for module in sorted(_BUTTONS.glob("*.py")):
        source = module.read_text(encoding="utf-8")
        if "command=" not in source:
            continue
        for function in ast.parse(source).body:
            for call in getattr(function, "decorator_list", ()):
                facts = {word.arg: word.value for word in getattr(call, "keywords", ())}
                if "command" in facts and getattr(call.func, "id", "") == _DECORATOR:
                    spelled = facts["command"], call.args[0], facts["help"]
                    yield _Declaration(*map(ast.literal_eval, spelled))


def _command(button: _Declaration) -> Command:
    @one_ledger
    @option_file("--out", "新台账的文件名；原台账不改动")
    @options("settings", "as-of")
    def run(path: Path, out: Path, settings: Path | None, as_of: date) -> int:
        from addin.actions.ledger_set import write_changed_copy
        from addin.buttons import find_button
        from addin.ribbon import LedgerButton

        pressed = find_button(button.label)
        assert isinstance(pressed, LedgerButton)  # noqa: S101 - its decorator makes one
        result = write_changed_copy(pressed.compute, path, out, as_of=as_of, settings_file=settings)
        console.show_change(result)
        return 0

    declare = click.command(
        button.command, cls=Command, help=f"{button.label}：{button.help}",
        example=f"bangdai {button.command} 开城镇.xlsx --out 开城镇-{button.label}.xlsx",
    )  # fmt: skip
    return declare(run)
