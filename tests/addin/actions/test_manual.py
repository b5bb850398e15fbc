"""The page of instructions leaves out no button and no formula."""

from __future__ import annotations

from html import escape
from pathlib import Path

from addin.actions.formula_cells import recipes
from addin.actions.manual import manual_page
from addin.buttons import GROUPS, buttons


def test_the_page_explains_every_button_and_every_formula(tmp_path: Path) -> None:
    page = manual_page(tmp_path).read_text("utf-8")

    entries = [(button.label, button.help) for button in buttons()]
    entries += [(recipe.name, recipe.help) for recipe in recipes()]
    missing = [
        name
        for name, text in entries
        if f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" not in page
    ]
    assert missing == []
    assert [group for group in GROUPS if f"<h2>{group}</h2>" not in page] == []
