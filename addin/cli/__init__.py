"""The command `bangdai`: the same actions as the ribbon, on files and folders.

Every command exits 0 when there is nothing at error level, 1 on error findings, and 2 when a file
could not be read or the command could not do its work.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

import click

from addin.cli import (
    addin,
    calc,
    console,
    exchange,
    imports,
    ledgers,
    pairing,
    records,
    reports,
    wps,
)
from addin.cli.group import cli
from validators.errors import BangdaiError

__all__ = [
    "addin",
    "calc",
    "cli",
    "exchange",
    "imports",
    "ledgers",
    "main",
    "pairing",
    "program",
    "records",
    "reports",
    "wps",
]


def main() -> None:
    """Run the command line; a problem the user can act on is one Chinese sentence."""
    console.prepare_streams()
    try:
        sys.exit(cli(prog_name="bangdai", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        console.complain("已取消，未写出文件。")
        sys.exit(2)
    except BangdaiError as error:
        console.complain(str(error))
        sys.exit(2)


def program() -> NoReturn:
    """Run `main` and end the process at once: freeing a city's rows one by one takes half a second."""
    gc.set_threshold(500_000)  # imports and reports make many objects and hardly a cycle
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # pythonw has none
                stream.flush()
        os._exit(code)
    raise AssertionError("main ends with SystemExit")
