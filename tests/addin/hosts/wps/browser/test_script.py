"""The add-in's script: an old browser's language, no misuse of WPS's objects, every operation."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from addin.hosts.wps.operations import OPERATIONS
from tests.support.chromium import Chromium
from tests.support.wps_application import KINDS, members_of

TOOLS = Path(__file__).parents[4] / "tools"
PAGES = Path(str(files("addin.hosts.wps") / "pages"))
SCRIPTS = ("main.js", "dialog.js")


def node(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["node", *words], capture_output=True, text=True, check=False)


def checked(pages: Path, work: Path) -> subprocess.CompletedProcess[str]:
    """Have TypeScript's checker read scripts against Kingsoft's declarations of WPS's objects."""
    settings = json.loads((TOOLS / "wps.tsconfig.json").read_text("utf-8"))
    declared = [TOOLS / "node_modules/et-jsapi-declare/index.d.ts", TOOLS / "wps.d.ts"]
    settings["files"] = [str(file) for file in (*declared, *(pages / name for name in SCRIPTS))]
    project = work / "tsconfig.json"
    project.write_text(json.dumps(settings), "utf-8")
    return node(str(TOOLS / "node_modules/typescript/bin/tsc"), "-p", str(project))


def test_the_scripts_use_wps_as_kingsoft_declares_it(tmp_path: Path) -> None:
    answer = checked(PAGES, tmp_path)

    assert (answer.stdout, answer.returncode) == ("", 0)


def test_misuse_would_be_found(tmp_path: Path) -> None:
    for name in SCRIPTS:
        shutil.copyfile(PAGES / name, tmp_path / name)
    script = (tmp_path / "main.js").read_text("utf-8")
    faults = {
        "sheet.UsedRange": "sheet.UsedRanges",
        "shape.Width = width": "shape.Width = text",
        ".Range(addressOf(asked.area))": "",
        "cells.Value2 = value": "cells.HasArray = value",
        "app().Workbooks.Open(asked.path, 0)": "app().Workbooks.Open()",
    }
    for right, wrong in faults.items():
        assert right in script
        script = script.replace(right, wrong, 1)
    (tmp_path / "main.js").write_text(script, "utf-8")

    found = checked(tmp_path, tmp_path).stdout.splitlines()

    assert len({line.partition(")")[0] for line in found if "main.js(" in line}) >= len(faults)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_are_of_the_language_an_old_browser_reads(name: str) -> None:
    read = "require(process.argv[1]).parse(require('fs').readFileSync(process.argv[2], 'utf8'), {ecmaVersion: 5})"

    answer = node("-e", read, str(TOOLS / "node_modules/acorn"), str(PAGES / name))

    assert (answer.stderr, answer.returncode) == ("", 0)


def test_the_script_does_every_operation_and_no_other(chromium: Chromium, addin: Path) -> None:
    page = chromium.open((addin / "index.html").as_uri())

    assert set(page.run("Object.keys(OPERATIONS)")) == {one.op for one in OPERATIONS}


def test_the_stand_in_for_wps_has_only_what_is_declared() -> None:
    own = {
        f"{kind.__name__}.{name}"
        for kind in KINDS
        for base in kind.__mro__
        for name in vars(base)
        if name[0].isupper() or name in {"setItem", "getItem"}
    }

    declared = {f"{kind.__name__}.{name}" for kind in KINDS for name in members_of(kind.__name__)}
    assert own - declared == set()
    assert len(own) > 90
