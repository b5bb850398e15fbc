"""install.ps1 as PowerShell's grammar reads it: all it does is find Python and start it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from addin.hosts.offline.bundle import PYTHON
from tests.windows.wine import PYTHON_HOME

SCRIPT = Path("addin/hosts/offline/install.ps1")
HARMLESS = {"Where-Object", "Test-Path", "Select-Object", "Write-Host", "Read-Host", "Join-Path"}
"""They look and speak; none writes, fetches or asks for an administrator."""


def parsed(source: bytes) -> Node:
    return Parser(Language(tree_sitter_powershell.language())).parse(source).root_node


def nodes(root: Node, kind: str) -> Iterator[Node]:
    if root.type == kind:
        yield root
    for child in root.children:
        yield from nodes(child, kind)


def words(node: Node) -> str:
    assert node.text is not None
    return node.text.decode("utf-8")


def script() -> Node:
    return parsed(SCRIPT.read_bytes())


def test_it_is_powershell() -> None:
    assert not script().has_error
    assert parsed(SCRIPT.read_bytes().replace(b"{ Test-Path", b"( Test-Path")).has_error


def deeds(root: Node) -> list[str]:
    """Return all that a script does to anything outside itself, in the order of the kinds."""
    called = [words(each) for each in nodes(root, "command")]
    changed = ("left_assignment_expression", "member_name", "redirection", "type_literal")
    return [
        *(each for each in called if each.split()[0] not in HARMLESS),
        *(words(each) for kind in changed for each in nodes(root, kind)),
    ]


START = "& $python -I (Join-Path $PSScriptRoot 'install.py')"
OWN = ["$version", "$short", "$places", "$python", "Replace"]


def test_its_only_deed_is_to_start_python_with_the_file_beside_it() -> None:
    assert deeds(script()) == [START, *OWN]


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("Invoke-WebRequest x", "Invoke-WebRequest x"),
        ("iex $short", "iex $short"),
        ("[IO.File]::Delete('x')", "[IO.File]"),
        ("$places > x.txt", "> x.txt"),
        ("$env:PATH = 'x'", "$env:PATH"),
        ("$python.Delete()", "Delete"),
        ("if (1) { Start-Process x -Verb RunAs }", "Start-Process x -Verb RunAs"),
    ],
)
def test_another_deed_would_be_seen(line: str, deed: str) -> None:
    assert deed in deeds(parsed(SCRIPT.read_bytes() + b"\n" + line.encode()))


def test_three_statements_follow_what_is_known_of_python() -> None:
    """Say so where it is missing, start it, hand its exit code on."""
    (statements,) = [each for each in script().children if each.type == "statement_list"]
    kinds = [
        "set" if any(nodes(each, "left_assignment_expression")) else each.type
        for each in statements.named_children
        if each.type != "comment"
    ]

    assert kinds == ["set"] * 4 + ["if_statement", "pipeline", "flow_control_statement"]
    assert words(statements.named_children[-1]) == "exit $LASTEXITCODE"


def test_it_looks_first_where_the_installer_puts_python_for_one_user() -> None:
    (places,) = nodes(script(), "array_expression")
    first = next(nodes(places, "expandable_string_literal"))

    found = words(first).strip('"').replace("$short", PYTHON.replace(".", "")[:3])

    local = PYTHON_HOME.partition("\\Programs")[0]
    assert found.replace("$env:LOCALAPPDATA", local) == f"{PYTHON_HOME}\\python.exe"
