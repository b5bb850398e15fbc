from __future__ import annotations

import ast
from pathlib import Path

from tests.faults.rows import CASES, FAULTS

TESTS = Path(__file__).parents[1]
ALL = (*FAULTS, *CASES)


def test_every_fault_and_case_has_a_test_that_exists() -> None:
    functions: dict[str, set[str]] = {}
    for test in (test for fault in ALL for test in fault.tests):
        file = test.partition("::")[0]
        if file not in functions:
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            functions[file] = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}

    missing = [
        (fault.number, test)
        for fault in ALL
        for test in fault.tests
        if test.partition("::")[2] not in functions[test.partition("::")[0]]
    ]

    assert missing == []
    assert all(fault.tests and fault.subject for fault in ALL)


def test_the_faults_are_numbered_from_1_to_38() -> None:
    assert [fault.number for fault in FAULTS] == list(range(1, 39))
