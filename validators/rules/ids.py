"""Rules every sheet shares: its IDs, what they refer to, and dates that cannot lie in the future.

They judge a cell by itself, so where several rules of one level cite it, these win.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.divisions import is_unit
from validators.ledger import Ledger, Table
from validators.relations import dangling, is_published
from validators.rulebook import RuleContext, Violation, cite_each, repeated, rule
from validators.sheets import TABLES, Row, columns_by_field
from validators.vocabulary import Level


def _with_ids(ledger: Ledger) -> Iterator[tuple[Table[Row], str]]:
    for table in ledger.tables.values():
        if table.model.sheet.id_field and len(table):
            yield table, table.model.sheet.id_field


@rule(
    "{sheet}.id.duplicate",
    Level.ERROR,
    "编号 {value} 重复，还出现在 {others}",
    "请为其中一行重新编号，或删除重复行",
    first=True,
)
def duplicate_id(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Every cell whose ID stands more than once in its sheet."""
    for table, id_field in _with_ids(ledger):
        for rows in repeated(table.column(id_field)).values():
            yield from cite_each(table, rows, id_field)


@rule(
    "{sheet}.id.foreign",
    Level.ERROR,
    "编号 {value} 中的区划代码不是本单位代码 {unit}",
    "请核对编号，本表编号一律使用本单位代码",
    first=True,
)
def foreign_id(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """IDs that carry another unit's code; a wrong code on the form is one finding there."""
    for table, id_field in _with_ids(ledger):
        for first, part in table.starts():
            unit = ledger.unit_codes[part.file]
            column = part.columns.get(id_field)
            if column and is_unit(unit):
                own = f"{unit}-"
                foreign = [i for i, code in enumerate(column.values) if code and own not in code]
                for row, _ in column.rows_with(foreign):
                    if not is_published(table, first + row):
                        yield Violation(table, first + row, id_field, {"unit": unit})


@rule("{sheet}.{reference}.unknown", Level.ERROR, "{message}", "{suggestion}", first=True)
def unknown_reference(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """IDs that name a row of another sheet and stand nowhere in it; see `column(refers=...)`.

    `{reference}` in the code is the field's name without what follows its last underscore.
    """
    for model in TABLES:
        table = ledger.table(model)
        for column in columns_by_field(model).values():
            if (reference := column.refers) is None:
                continue
            sheets = [target.sheet.name for target in reference.targets]
            names = "和".join(filter(None, ["、".join(sheets[:-1]), sheets[-1]]))
            for cell in dangling(ledger, table, column):
                if cell.own or not reference.elsewhere:
                    words = {"heading": column.heading, "codes": cell.codes, "sheets": names}
                    facts = {
                        "reference": column.field.rpartition("_")[0],
                        "message": reference.message.format_map(words),
                        "suggestion": reference.suggestion.format_map(words),
                    }
                    yield Violation(table, cell.row, column.field, facts)


@rule(
    "{sheet}.id.blank",
    Level.NOTICE,
    "{heading}未填写",
    "可以留空，请点“编号补全”或用 bangdai update 补填",
    first=True,
)
def blank_id(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Rows in use without an ID."""
    for table, id_field in _with_ids(ledger):
        for index, code in enumerate(table.column(id_field)):
            if code is None:
                yield Violation(table, index, id_field)


@rule(
    "{sheet}.{field}.future",
    Level.ERROR,
    "{heading} {value} 晚于今天（{as_of}）",
    "请核对年份和月份，尚未发生的事项不得登记",
    first=True,
)
def future_date(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Dates of past facts behind the as-of date."""
    for model in TABLES:
        table = ledger.table(model)
        for column in columns_by_field(model).values():
            if column.past:
                yield from _later_than(table, column.field, context)


def _later_than(table: Table[Row], field: str, context: RuleContext) -> Iterator[Violation]:
    for first, part in table.starts():
        if column := part.columns.get(field):
            late = (i for i, day in enumerate(column.values) if day and day > context.as_of)
            for row, _ in column.rows_with(late):
                yield Violation(table, first + row, field, {"as_of": context.as_of})
