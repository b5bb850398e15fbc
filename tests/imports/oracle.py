"""A reader that knows the answers, to try the scores on."""

from __future__ import annotations

from collections import Counter

from tests.imports.plan import REMARKS, Answer, Plan, Tab
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, Split, TableMapping, Target
from validators.sources.tables import (
    Layout,
    LooseCell,
    Source,
    SourceCell,
    SourceRow,
    table_of_rows,
)


def perfect(plan: Plan) -> tuple[Source, list[TableMapping]]:
    """Return a file as it should be read, and where its columns should go."""
    mappings, loose = [], []
    for tab in plan.tabs:
        for name in dict.fromkeys(
            put.records[0].rstrip("0123456789") for put in tab.puts.values() if put.records
        ):
            mappings.append(_table(tab, name, plan.tab_name))
        loose += [
            LooseCell(SourceCell(tab.name, *place, put.value), "标题")
            for place, put in tab.puts.items()
            if not put.records
        ]
    source = Source("名册.xlsx", tuple(mapping.table for mapping in mappings), tuple(loose))
    return source, mappings


def _table(tab: Tab, name: str, tab_name: Answer | None) -> TableMapping:
    answers: list[Answer] = []
    rows: dict[str, dict[int, SourceCell]] = {}
    shared: dict[str, set[int]] = {}
    for (row, column), put in sorted(tab.puts.items(), key=lambda item: item[0]):
        if put.answer and put.records and put.records[0].rstrip("0123456789") == name:
            if put.answer not in answers:
                answers.append(put.answer)
            at = answers.index(put.answer)
            for record in put.records:
                rows.setdefault(record, {})[at] = SourceCell(tab.name, row, column, put.value)
                if len(put.records) > 1:
                    shared.setdefault(record, set()).add(at)
    if tab_name:
        for cells in rows.values():
            cells[len(answers)] = SourceCell(tab.name, 0, 0, tab.name)
        answers.append(tab_name)
    records = [
        SourceRow(next(iter(cells.values())).row, cells, frozenset(shared.get(record, ())))
        for record, cells in rows.items()
    ]
    table = table_of_rows(
        "名册.xlsx", "", Layout.ROWS, [("", answer.key) for answer in answers], records
    )
    main = Counter(target.sheet for answer in answers for target in answer.targets - REMARKS)
    del main[""]
    remark = Target(main.most_common(1)[0][0] if main else "", "remark")
    return TableMapping(table, tuple(mapped(answer, remark) for answer in answers))


def mapped(answer: Answer, remark: Target) -> ColumnMapping:
    """Return the mapping an answer asks for; asked where nobody can know."""
    targets = {remark} & answer.targets or answer.targets
    target = NOT_IMPORTED if answer.ignored else min(targets, default=NOT_IMPORTED)
    split = next(iter(sorted(answer.splits - {Split.NONE})), Split.NONE)
    return ColumnMapping(target, 1.0, bool(answer.targets), split if answer.targets else Split.NONE)
