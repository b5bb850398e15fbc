"""Ledgers changed at random, and an account of every row and every planted text.

    python -m tests.faults.mutations 1000

Each ledger is a grid of cells that a few mutations change: cells, headings, rows, columns and sheets
are broken, shuffled and injected with what must never come alive in an output. Rows are counted here
by plain code over the grid and held against what the product says of them.
"""

from __future__ import annotations

import logging
import random
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from addin.actions.consolidate import consolidate
from validators.columns import Fill
from validators.divisions import unit_name, units
from validators.rules import RuleContext
from validators.schema import TEMPLATE_VERSION
from validators.sheets import SHEETS, Row, SheetKind, columns_by_field
from validators.validation import count_rows, settings_of, validate
from validators.vocabulary import Level
from workbooks.reader import read_ledger
from workbooks.samples.delivery import clean_rows
from workbooks.template.layout import shown

AS_OF = date(2026, 6, 30)
MODELS = [model for model in SHEETS if model.sheet.kind is SheetKind.INPUT and not model.sheet.form]

PAYLOADS = (
    "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.example/x\",\"看\")", "+1+evil", "-2+evil",
    "@SUM(evil)", "\t=evil()", "{=evil()}", "http://evil.example/", "\\\\evil.example\\share\\a",
    "=DDE(\"evil\";\"a\";\"b\")", "=IMPORTXML(\"http://evil.example\",\"//a\")", "file:///evil.example",
)  # fmt: skip
ODD = (
    "同上", "〃", "无", "—", "/", "√", "1", "待定", "?", "\ufffd", "NA", "None", "🙂𠮷", "张 三", "１２",
    "2026.5.3", "2026。5。3", 20260503, 2026.5, 6.4e17, -1, 0, True, 1e300, "a" * 5000, "一\n二",
    "\u200b", " ", "王大山、李小山", "Ｊ640402104－001",
)  # fmt: skip
FEET = ("合计", "小计", "填表人：　　审核人：", "以下空白", "注：1.本表一式两份", "备注：略")


class Formula(NamedTuple):
    """A formula cell with the value saved beside it; None for none."""

    text: str
    value: Any


@dataclass(slots=True)
class Draft:
    """A ledger as grids: every sheet's first row has its headings.

    Attributes:
        form: The lines of 填报信息.
        grids: By tab name; cells are what XlsxWriter takes, or a `Formula`.
        models: The model of every tab that still answers to one.
        planted: Personal numbers somewhere in it, as digits.
        macro: Whether a macro part is added.
    """

    form: list[list[Any]]
    grids: dict[str, list[list[Any]]]
    models: dict[str, type[Row]]
    planted: list[str] = field(default_factory=list)
    macro: bool = False
    lost: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, code: str, seed: int) -> Draft:
        """Return the clean ledger of a unit."""
        rows = clean_rows(code, seed=seed, as_of=AS_OF, log_rows=40)
        form = [[c.heading, shown(rows["unit"][0].get(c.field))] for c in _form_columns()]
        county, township = unit_name(code)
        known = {"县(区)": county, "乡镇(街道)": township, "行政区划代码": code}
        known |= {"模板版本": TEMPLATE_VERSION}
        form = [[name, known.get(name, value)] for name, value in form]
        grids, models = {}, {}
        for model in MODELS:
            columns = columns_by_field(model)
            grid = [[c.heading for c in columns.values()]]
            for row in rows.get(model.sheet.key, ()):
                grid.append(
                    [
                        None if c.fill is Fill.LOOKUP else shown(row.get(f))
                        for f, c in columns.items()
                    ]
                )
            grids[model.sheet.name], models[model.sheet.name] = grid, model
        return cls(form, grids, models)

    def write(self, path: Path) -> None:
        """Write the workbook as it is now."""
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(path, options) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for name, grid in {"填报信息": self.form, **self.grids}.items():
                sheet = book.add_worksheet(name)
                for at, row in enumerate(grid):
                    for n, cell in enumerate(row):
                        _write(sheet, at, n, cell, day)
        if self.macro:
            with ZipFile(path, "a", ZIP_DEFLATED) as package:
                package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 evil macro")

    def typed_rows(self) -> Counter[str]:
        """Count by plain code the rows below the headings with anything typed, by tab."""
        counted: Counter[str] = Counter()
        for name, model in self.models.items():
            by_heading = {c.heading: c for c in columns_by_field(model).values()}
            heads = self.grids[name][0]
            known = [
                n
                for n, head in enumerate(heads)
                if not (head in by_heading and by_heading[head].fill is Fill.LOOKUP)
                and head not in {"序号", None}
            ]
            counted[name] = sum(
                any(_is_typed(row[n]) for n in known if n < len(row))
                for row in self.grids[name][1:]
            )
        return counted

    def heading_rows(self, name: str) -> int:
        """Count the rows that repeat the headings of a tab, all or most of them, in any order."""
        headings = {column.heading for column in columns_by_field(self.models[name]).values()}
        return sum(
            2 * sum(cell in headings for cell in row) > sum(map(_is_typed, row)) > 2
            for row in self.grids[name][1:]
        )


def _form_columns() -> list[Any]:
    form = next(model for model in SHEETS if model.sheet.form)
    return [*columns_by_field(form).values()]


def _is_typed(cell: Any) -> bool:
    if isinstance(cell, Formula):
        return cell.value != ""
    if isinstance(cell, str):
        return bool(re.sub(r"[\s\u200b]", "", cell))
    return cell is not None


def _write(sheet: Any, at: int, n: int, cell: Any, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, Formula):
        sheet.write_formula(at, n, cell.text, None, cell.value)
    elif isinstance(cell, bool):
        sheet.write_boolean(at, n, cell)
    elif isinstance(cell, str):
        sheet.write_string(at, n, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(at, n, datetime(cell.year, cell.month, cell.day), day)
    else:
        sheet.write_number(at, n, cell)


# --- the mutations ---


def _table(draft: Draft, chance: random.Random) -> list[list[Any]]:
    full = [grid for name, grid in draft.grids.items() if name in draft.models and len(grid) > 2]
    return chance.choice(full or [[["空"], ["空"]]])


def break_cells(draft: Draft, chance: random.Random) -> None:
    """Put odd values into a few cells."""
    for _ in range(chance.randint(1, 12)):
        row = chance.choice(_table(draft, chance)[1:])
        row[chance.randrange(len(row))] = chance.choice((*ODD, None))


def inject_texts(draft: Draft, chance: random.Random) -> None:
    """Put texts that a spreadsheet might run into a few cells, some as real formulas."""
    for _ in range(chance.randint(1, 8)):
        row = chance.choice(_table(draft, chance)[1:])
        payload: Any = chance.choice(PAYLOADS)
        if chance.random() < 0.3:
            payload = Formula(
                '=HYPERLINK("http://evil.example/f","evil")', chance.choice(("evil", 7))
            )
        row[chance.randrange(len(row))] = payload


def plant_numbers(draft: Draft, chance: random.Random) -> None:
    """Put phones and ID numbers in many spellings into texts, names and phone columns."""
    for _ in range(chance.randint(1, 6)):
        phone = f"1{chance.choice('356789')}{chance.randrange(10**9):09}"
        identity = f"640402{chance.randint(1950, 2005)}0503{chance.randrange(10**3):03}{chance.choice('0123456789X')}"
        spelling = chance.choice((
            phone, f"电话{phone}", f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"微信同号{phone}，", int(phone), identity, f"身份证{identity}号", f"王大山{phone}",
        ))  # fmt: skip
        row = chance.choice(_table(draft, chance)[1:])
        row[chance.randrange(len(row))] = spelling
        draft.planted.append(identity if identity in str(spelling) else phone)


def change_headings(draft: Draft, chance: random.Random) -> None:
    """Rename, blank, star or double a heading."""
    heads = _table(draft, chance)[0]
    at = chance.randrange(len(heads))
    head = str(heads[at])
    heads[at] = chance.choice(
        (f"*{head}", f"{head}（必填）", f" {head} ", "联系户", None, heads[0], head + "x")
    )


def move_rows(draft: Draft, chance: random.Random) -> None:
    """Shuffle, double, drop, blank and part the rows of a table."""
    grid = _table(draft, chance)
    body, width = grid[1:], len(grid[0])
    change = chance.randrange(5)
    if change == 0:
        chance.shuffle(body)
    elif change == 1:
        body += [list(row) for row in chance.sample(body, min(3, len(body)))]
    elif change == 2:
        body = chance.sample(body, max(1, len(body) // 2))
    elif change == 3:
        at = chance.randrange(len(body) + 1)
        body[at:at] = [[None] * width for _ in range(chance.randint(1, 30))]
    else:
        at = chance.randrange(len(body) + 1)
        body.insert(at, list(grid[0]))
    grid[1:] = body


def add_feet(draft: Draft, chance: random.Random) -> None:
    """Add totals, notes and signature lines among and below the rows."""
    grid = _table(draft, chance)
    for _ in range(chance.randint(1, 3)):
        row: list[Any] = [None] * len(grid[0])
        row[chance.choice((0, 0, 1))] = chance.choice(FEET)
        grid.insert(chance.choice((len(grid), chance.randint(1, len(grid)))), row)


def move_columns(draft: Draft, chance: random.Random) -> None:
    """Shuffle the columns of a table, take one away or add one of the clerk's own."""
    grid = _table(draft, chance)
    width = len(grid[0])
    order = list(range(width))
    change = chance.randrange(3)
    if change == 0:
        chance.shuffle(order)
    elif change == 1:
        order.remove(chance.randrange(width))
    grid[:] = [[row[n] if n < len(row) else None for n in order] for row in grid]
    if change == 2:
        at = chance.randrange(width)
        for number, row in enumerate(grid):
            row.insert(at, f"联系户{number}" if number == 0 or any(map(_is_typed, row)) else None)


def move_sheets(draft: Draft, chance: random.Random) -> None:
    """Shuffle the tabs; now and then take one away or give it another name."""
    names = list(draft.grids)
    chance.shuffle(names)
    draft.grids = {name: draft.grids[name] for name in names}
    name, change = chance.choice(names), chance.randrange(4)
    if change == 0 and name in draft.models:
        draft.grids.pop(name)
        model = draft.models.pop(name)
        if not model.sheet.carried:  # last year's rows stand only where there are some
            draft.lost.add(name)
    elif change == 1:
        draft.grids[f"补充{chance.randrange(99)}"] = [["随手记", "电话"], ["略", "无"]]


def add_macro(draft: Draft, _: random.Random) -> None:
    """Add a macro."""
    draft.macro = True


MUTATIONS: tuple[Callable[[Draft, random.Random], None], ...] = (
    break_cells, inject_texts, plant_numbers, change_headings, move_rows, add_feet, move_columns,
    move_sheets, add_macro,
)  # fmt: skip


def mutated(code: str, seed: int) -> Draft:
    """Return the ledger of a unit after two to six mutations."""
    chance = random.Random(seed)
    draft = Draft.of(code, seed % 7)
    for mutation in chance.choices(MUTATIONS, k=chance.randint(2, 6)):
        mutation(draft, chance)
    return draft


# --- the account ---


@dataclass(slots=True)
class Account:
    """What became of a series of mutated ledgers; the lists hold what must not be."""

    ledgers: int = 0
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    ignored: int = 0
    outputs: int = 0
    planted: int = 0
    vanished: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)
    unmasked: list[str] = field(default_factory=list)


def account_for(path: Path, draft: Draft, account: Account, seed: int) -> None:
    """Read and validate one ledger and hold its rows against the grid's."""
    read = read_ledger(path, path.name)
    settings, on_settings = settings_of(read.ledger, None)
    findings = [*read.findings, *on_settings]
    findings += validate(read.ledger, RuleContext(AS_OF, settings))
    said: Counter[str] = Counter()
    for count in count_rows(read.ledger):
        said[count.sheet] += count.rows
        if count.sheet in draft.models:
            account.rows += count.rows
            account.accepted += count.accepted
            account.rejected += count.rejected
            account.ignored += count.ignored
    for name, rows in draft.typed_rows().items():
        # headings repeated as they were are rows left out, those of a further block head its rows
        if not rows - draft.heading_rows(name) <= said[name] <= rows:
            account.vanished.append(f"{seed} {name}: {rows} typed, {said[name]} accounted for")
    for name in draft.lost:
        if not any(name in f.sheet + f.message for f in findings):
            account.unnamed.append(f"{seed} {name}")
    _rejections_are_cited(read.ledger, findings, account, seed)
    account.ledgers += 1
    account.planted += len(draft.planted)


def _rejections_are_cited(ledger: Any, findings: list[Any], account: Account, seed: int) -> None:
    """Hold the rejected rows against the rows that error findings cite."""
    cited: dict[str, set[int]] = {}
    for finding in findings:
        if finding.level is Level.ERROR and finding.cell:
            cited.setdefault(finding.sheet, set()).add(finding.row)
    for table in ledger.tables.values():
        for part in table.parts:
            if part.heading_missing or part.form_rows:
                continue
            rejected = {part.rows[index] for index in part.rejected}
            if rejected != cited.get(part.sheet, set()) & set(part.rows):
                account.vanished.append(f"{seed} {part.sheet}: rejected and cited rows differ")


def look_inside(out: Path, planted: list[str], account: Account, log: str = "") -> None:
    """Search an output, and what was logged, for planted numbers and for anything alive."""
    account.outputs += 1
    texts = {"log": log}
    with ZipFile(out) as package:
        for name in package.namelist():
            if "vbaProject" in name or "externalLink" in name:
                account.alive.append(f"{out.name}: {name}")
            texts[name] = package.read(name).decode("utf-8", "replace")
    for name, text in texts.items():
        formulas = re.findall(r"<f[ >][^<]*</f>", text)
        links = re.findall(r'Target="[^"]*"', text)
        account.alive += [f"{name}: {f}" for f in formulas + links if "evil" in f or "cmd|" in f]
        runs = set(re.findall(r"\d{11,}X?", re.sub(r"(?<=\d)[\s\-](?=\d)", "", text)))
        digits = "\n".join(runs)
        account.unmasked += [f"{name}: {number}" for number in planted if number in digits]


def run(folder: Path, number: int, *, first: int = 0, together: int = 65) -> Account:
    """Mutate `number` ledgers, account for each, and consolidate them `together` at a time."""
    account, codes = Account(), [unit.unit_code for unit in units()]
    for start in range(first, first + number, together):
        inputs = folder / f"inputs{start}"
        inputs.mkdir()
        planted: list[str] = []
        for seed in range(start, min(start + together, first + number)):
            code = codes[seed % len(codes)]
            draft, path = mutated(code, seed), inputs / f"{code}.xlsx"
            draft.write(path)
            account_for(path, draft, account, seed)
            planted += draft.planted
        out, log = folder / f"out{start}.xlsx", StringIO()
        handler = logging.StreamHandler(log)
        logging.getLogger().addHandler(handler)
        consolidate([inputs], out, as_of=AS_OF, generated=datetime(2026, 6, 30, 9))
        logging.getLogger().removeHandler(handler)
        look_inside(out, planted, account, log.getvalue())
    return account


def main() -> None:
    """Mutate as many ledgers as the command line says and print the account."""
    with tempfile.TemporaryDirectory() as folder:
        first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
        account = run(Path(folder), int(sys.argv[1]), first=first)
    for name in Account.__dataclass_fields__:
        value = getattr(account, name)
        print(f"{name}: {value if isinstance(value, int) else (len(value), value[:40])}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
