"""Values of 问题清单 are masked by column as each finding alone is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from validators.findings import Finding
from validators.sheets import MentorRow, UnitRow
from validators.vocabulary import Level
from workbooks.consolidated.findings_sheet import finding_columns, safe_finding

_HEADINGS = st.sampled_from(["联系电话", "办公电话", "姓名", "内容", ""])
_TYPED = st.sampled_from(["", "13800138000", "0954-2035678", "到村 3 次", "张某 139 0013 8001"])
_SHEETS = st.sampled_from([MentorRow.sheet.name, UnitRow.sheet.name])


def a_finding(heading: str, value: str, sheet: str) -> Finding:
    return Finding(
        "开城镇.xlsx", sheet, "A4", 4, "A", heading, "x", Level.ERROR, value,
        f"“{value}”有误", "请改正",
    )  # fmt: skip


@given(st.lists(st.builds(a_finding, _HEADINGS, _TYPED, _SHEETS), min_size=1, max_size=8))
def test_values_of_many_findings_are_those_of_each(findings: list[Finding]) -> None:
    values, messages = (finding_columns(findings, {})[at] for at in (7, 8))

    for row, safe in enumerate(map(safe_finding, findings)):
        assert (values.cell(row) or "", messages.cell(row)) == (safe.value, safe.message)
