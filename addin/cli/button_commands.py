"""Commands that follow from ledger buttons: the same changes, written into a copy of a file."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import click

from addin.buttons import buttons
from addin.cli import console
from addin.cli.group import Command, one_ledger, option_file, options
from addin.ribbon import LedgerButton


@cache
def commands() -> dict[str, Command]:
    """Return the commands by name."""
    return {
        button.command: _command(button)
        for button in buttons()
        if isinstance(button, LedgerButton) and button.command
    }


def _command(button: LedgerButton) -> Command:
    @one_ledger
    @option_file("--out", "新台账的文件名；原台账不改动")
    @options("settings", "as-of")
    def run(path: Path, out: Path, settings: Path | None, as_of: date) -> int:
        from addin.actions.ledger_set import write_changed_copy

        result = write_changed_copy(button.compute, path, out, as_of=as_of, settings_file=settings)
        console.show_change(result)
        return 0

    declare = click.command(
        button.command, cls=Command, help=f"{button.label}：{button.help}",
        example=f"bangdai {button.command} 开城镇.xlsx --out 开城镇-{button.label}.xlsx",
    )  # fmt: skip
    return declare(run)
