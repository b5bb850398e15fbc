"""What a command loads before it works: starting must stay fast on an office's old machine."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "pandas", "pyarrow", "openpyxl", "ortools", "scipy", "rapidfuzz", "pebble"}
"""Packages that take longer to load than all of ours together."""

RUN = """
import sys
from addin.cli import main
sys.argv = ["bangdai", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *{name.partition(".")[0] for name in sys.modules})
"""


def loaded(*arguments: str) -> set[str]:
    """Return the top-level packages a command has loaded when it is done."""
    command = [sys.executable, "-c", RUN, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("arguments", [("--version",), ("validate", "--help"), ("new", "-h")])
def test_what_needs_no_ledger_loads_no_model(arguments: tuple[str, ...]) -> None:
    packages = loaded(*arguments)
    assert "click" in packages
    assert not packages & (HEAVY | {"pydantic", "rich", "xlsxwriter", "workbooks"})


def test_listing_all_commands_loads_only_models() -> None:
    assert not loaded("--help") & (HEAVY | {"rich", "xlsxwriter"})


def test_a_new_ledger_is_written_without_what_reads_and_judges(tmp_path: Path) -> None:
    out = tmp_path / "开城镇.xlsx"
    packages = loaded("new", "开城镇", "--out", str(out))
    assert out.exists()
    assert not packages & (HEAVY | {"rich", "python_calamine", "fastexcel"})
