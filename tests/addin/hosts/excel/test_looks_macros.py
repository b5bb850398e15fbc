"""The add-in's macros that read and write many cells at once, run by LibreOffice's VBA."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.hosts.excel.build import build_addin
from tests.support.basic import call_basic

DRIVER = """Option VBASupport 1
Public Function Facts() As String
    Dim found As Variant, sheet As Object
    Set sheet = ThisWorkbook.Worksheets(1)
    sheet.Range("A1").Value = "title"
    sheet.Range("A1:C1").Merge
    sheet.Range("B4").Value = 5
    found = FactsOf(ThisWorkbook.Name)
    Facts = found(1, 0) & "|" & found(1, 1) & "|" & found(1, 2) & "|" & found(1, 3) & "|" & found(1, 4)
    sheet.Range("B3:B4").Merge
    found = FactsOf(ThisWorkbook.Name)
    Facts = Facts & "|" & found(1, 4)
End Function
Private Function Told(ByVal name As String) As String
    Dim found As Variant, at As Long
    found = LooksOf(ThisWorkbook.Name, name, Array("B4", "C5", "D6"))
    For at = 0 To 2
        Told = Told & found(at, 0) & "," & found(at, 1) & ";"
    Next at
End Function
Public Function Failures() As String
    Dim found As Variant
    found = LooksOf(ThisWorkbook.Name, "no such sheet", Array("A1"))
    Failures = TypeName(found)
    found = FactsOf("no such book")
    Failures = Failures & "|" & TypeName(found) & "|"
    Failures = Failures & PutLooks("no such book", "x", Array("A1"), Array(1), Array("n"), 200, Array(30))
End Function
Public Function Looks() As String
    Dim name As String, cells As Variant, high As Variant
    name = ThisWorkbook.Worksheets(1).Name
    cells = Array("B4", "C5", "D6")
    high = Array(30, 30, 30)
    Looks = PutLooks(ThisWorkbook.Name, name, cells, Array(255, -2, -1), Array("note", "another", Null), 200, high)
    Looks = Looks & "|" & Told(name) & "|"
    Looks = Looks & PutLooks(ThisWorkbook.Name, name, cells, Array(-1, -2, 65280), Array("", "changed", Null), 200, high)
    Looks = Looks & "|" & Told(name)
End Function
"""


@pytest.mark.office
def test_facts_and_looks_of_many_cells_are_told_and_put(tmp_path: Path) -> None:
    addin = build_addin(tmp_path / "addin", functions=())

    calls = ("Facts", "Looks", "Failures")

    canary, facts, looks, failures = call_basic(
        addin,
        tmp_path / "profile",
        [("BangDaiText.Han", ["5BFC5E08"]), *((f"xlwings.{one}", []) for one in calls)],
        replace={"xlwings": DRIVER},
    )

    assert canary == "导师"
    # name, visible, used cells, nothing hidden, unmerged from row 2; then a merge in the last rows
    assert facts == "Sheet1|-1|$A$1:$B$4|True|2|0"
    assert looks == "11|255,note;-1,another;-1,;|7|-1,;-1,changed;65280,;"
    # no dialogue of VBA's; what has no value is Empty in Excel, Nothing here
    assert failures.replace("Empty", "Nothing") == "Nothing|Nothing|-1"
