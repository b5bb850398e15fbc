"""What commands that judge say of sample ledgers, as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from addin.cli import cli

AS_OF = date(2026, 6, 30)


def json_of(command: str, folder: Path) -> Any:
    arguments = [command, str(folder), "--json", "--as-of", AS_OF.isoformat()]
    return json.loads(CliRunner().invoke(cli, arguments, standalone_mode=False).output)
