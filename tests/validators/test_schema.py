from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from tests.grown import NEW, NEWEST, OLD, grown_template
from validators.columns import FIRST_VERSION, Column, annotation_parts
from validators.schema import (
    TEMPLATE_VERSION,
    NewerParts,
    is_older,
    is_supported,
    may_lack,
    version_key,
)
from validators.sheets import SHEETS, MentorRow, Row, columns_by_field

HASHES = {
    "2026.1": "73b4d2237c33072d", "2026.2": "a9637f9805ba05ff", "2026.3": "442c657a4a9f5e49",
    "2026.4": "32ea9f59ddc14057", "2026.5": "612541be10b49200",
}  # fmt: skip
"""The schema of every version of the template that was given out."""


def schema_hash(models: Iterable[type[Row]] = SHEETS) -> str:
    """Return a hash of all sheets and columns that changes whenever ledgers change.

    Widths, help texts and everything else that does not matter to a ledger in the field is left
    out.
    """
    facts = [[_sheet_facts(model), *map(_column_facts, columns_by_field(model).values())]
             for model in models]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:16]


def _sheet_facts(model: type[Row]) -> list[Any]:
    sheet = model.sheet
    return [
        sheet.key, sheet.name, sheet.kind.name, sheet.id_field, sheet.id_prefix, sheet.form,
        sheet.protected, sheet.since,
    ]  # fmt: skip


def _column_facts(column: Column) -> list[Any]:
    parts = annotation_parts(column.annotation)
    inner = [fact for part in parts if isinstance(part, FieldInfo) for fact in part.metadata]
    bounds = [
        f"{name}={value}"
        for fact in (*column.metadata, *inner)
        for name in ("ge", "gt", "le", "lt")
        if (value := getattr(fact, name, None)) is not None
    ]
    return [
        column.field, column.heading, column.kind.name, column.fill.name, column.required,
        column.choices, column.refers.keys if column.refers else (), bounds, column.since,
    ]  # fmt: skip


def test_the_schema_changes_only_together_with_the_version_of_the_template() -> None:
    assert HASHES.get(TEMPLATE_VERSION) == schema_hash(), (
        f"Sheets or columns differ from version {TEMPLATE_VERSION} of the template. Ledgers of that "
        "version are in the field: (1) move TEMPLATE_VERSION in validators/schema.py to the next "
        "version, (2) mark what is new with since=<that version>, (3) add the version with the hash "
        f"{schema_hash()} to HASHES here, leaving the old ones."
    )


def test_everything_is_of_a_version_that_was_given_out() -> None:
    versions = {model.sheet.since for model in SHEETS}
    versions |= {c.since for model in SHEETS for c in columns_by_field(model).values()}

    assert [version for version in versions if not version_key(version)] == []
    keys = sorted(map(version_key, versions))
    assert version_key(FIRST_VERSION) <= keys[0] <= keys[-1] <= version_key(TEMPLATE_VERSION)


@pytest.mark.parametrize(
    ("changes", "matters"),
    [
        ({"heading": "导师姓名"}, True),
        ({"required": False}, True),
        ({"choices": ("甲", "乙")}, True),
        ({"since": "2026.2"}, True),
        ({"width": 30.0}, False),
        ({"help": "另一句话"}, False),
        ({"synonyms": ("名字",)}, False),
    ],
)
def test_the_hash_tells_what_matters_to_ledgers_in_the_field(
    changes, matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, columns = schema_hash(), columns_by_field(MentorRow)
    monkeypatch.setitem(columns, "name", replace(columns["name"], **changes))

    assert (schema_hash() != before) is matters


def test_the_hash_tells_of_a_sheet_that_went() -> None:
    assert schema_hash(SHEETS[:-1]) != schema_hash()


@pytest.mark.parametrize(
    ("version", "older", "supported"),
    [
        (OLD, True, True),
        (NEW, False, True),
        (NEWEST, False, False),
        ("2026.10", False, False),
        ("2025.12", True, True),
        ("", False, False),
        ("第二版", False, False),
        ("2026", False, False),
    ],
)
def test_versions_are_ordered_by_their_numbers(version: str, older: bool, supported: bool) -> None:
    with grown_template():
        assert (is_older(version), is_supported(version)) == (older, supported)


@pytest.mark.parametrize(
    ("version", "since", "lacks"),
    [
        (OLD, NEW, True),
        (FIRST_VERSION, FIRST_VERSION, False),
        (NEW, NEW, False),
        (NEWEST, NEW, False),
        ("2025.1", FIRST_VERSION, False),  # no template is older than the first one
        ("2025.1", NEW, True),
        ("", NEW, False),
        ("第二版", NEW, False),
    ],
)
def test_a_ledger_may_lack_what_came_after_its_version(version, since, lacks) -> None:
    with grown_template():
        assert may_lack(version, since) is lacks


def test_newer_parts_are_named_by_sheet() -> None:
    parts = NewerParts({"工作日志": ["地点", "形式"], "导师库": ["学历"]}, ["交流园地", "活动"])

    assert str(parts) == "工作日志的“地点”“形式”列、导师库的“学历”列、工作表“交流园地”“活动”"
    assert not NewerParts()
