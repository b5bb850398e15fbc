"""The README and the manual name every command, button and formula of the code, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from defusedxml import ElementTree

from addin.cli import cli
from addin.formulas import FORMULAS
from addin.hosts.excel.build import ribbon_xml
from addin.manual import manual_page

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "tests/bench/README.md"]


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def table(text: str, heading: str) -> list[list[str]]:
    """Return the cells of the rows below the first table heading that begins with `heading`."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def ribbon() -> dict[str, list[str]]:
    """Return the labels of the buttons by group, in the order of the tab."""
    groups = ElementTree.fromstring(ribbon_xml()).iterfind(".//{*}group")
    return {
        group.get("label"): [button.get("label") for button in group.iterfind(".//{*}button")]
        for group in groups
    }


def test_the_readme_is_for_users_and_short(readme: str) -> None:
    assert len(readme.splitlines()) <= 275


def test_the_table_of_commands_is_the_command_line(readme: str) -> None:
    commands = [re.match(r"`bangdai ([\w-]+)", row[0]) for row in table(readme, "command")]

    named = [match[1] for match in commands if match]

    assert len(commands) == len(named)
    assert sorted(named) == cli.list_commands(click.Context(cli))


def test_every_subcommand_of_the_addin_is_named(readme: str) -> None:
    named = next(row[0] for row in table(readme, "command") if "bangdai addin" in row[0])

    subcommands = cli.commands["addin"].commands  # type: ignore[attr-defined]

    assert re.findall(r"\w+", named.removeprefix("`bangdai addin")) == [*subcommands]


def test_the_table_of_buttons_is_the_ribbon(readme: str) -> None:
    named = {group: buttons.split("、") for group, buttons in table(readme, "group")}

    assert list(named.items()) == list(ribbon().items())
    assert f"| buttons ({sum(map(len, named.values()))}) |" in readme


def test_the_table_of_formulas_is_the_function_list(readme: str) -> None:
    named = [name for row in table(readme, "formula") for name in re.findall(r"`(BD_\w+)", row[0])]

    assert named == [formula.__name__ for formula in FORMULAS]
    assert f"| formula ({len(FORMULAS)}) |" in readme
    assert f"{len(FORMULAS)} 个公式" in readme


def test_the_manual_tells_of_every_button_and_formula(tmp_path: Path) -> None:
    page = manual_page(tmp_path).read_text(encoding="utf-8")

    told = re.findall(r"<dt>(.+?)</dt>", page)

    buttons = [label for labels in ribbon().values() for label in labels]
    assert told == [*buttons, *(formula.__name__ for formula in FORMULAS)]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_of_the_repository_leads_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    links = {link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)}
    lost = {
        link
        for link in links
        if link and "://" not in link and not ((ROOT / page).parent / link).exists()
    }

    assert lost == set()
