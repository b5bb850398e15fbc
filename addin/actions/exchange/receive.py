"""Take in what a superior published: `bangdai receive` and the button 接收下发.

New posts are added to 交流园地; one that was received before is brought up to date by a later
package. What the township typed itself is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addin.actions.exchange.package import FIELDS, Package, Post
from addin.actions.ledger_set import DatedLedger
from addin.buttons import LedgerChange
from addin.domain.deliveries import in_scope
from validators.divisions import by_code
from validators.errors import UsageError
from validators.relations import is_published
from validators.sheets import ExchangeRow
from workbooks.template.layout import shown
from workbooks.updates import SheetUpdate, tab_of

_FIELDS = FIELDS[1:]


def receive_posts(dated: DatedLedger, package: Package) -> LedgerChange:
    """Return the changes that take a package's posts for this township in.

    Raises:
        UsageError: The form does not say whose ledger it is, the package is of no superior of the
            township, or of a day to come.
    """
    ledger = dated.examined.ledger
    unit = next(iter(ledger.unit_codes.values()), "")
    _refuse(package, unit, dated)
    table = ledger.table(ExchangeRow)
    known = {code: row for row, code in enumerate(table.column("exchange_id")) if code}
    added: list[Mapping[str, object]] = []
    cells: dict[str, dict[tuple[int, str], object]] = {}
    renewed = 0
    for post in package.posts_for(unit):
        row = known.get(post["exchange_id"])
        if row is None:
            added.append(post)
        elif is_published(table, row) and (changes := _changes(table, row, post)):
            part, _ = table.locate(row)
            here = cells.setdefault(tab_of(part.key, part.sheet), {})
            here |= {(table.place(row, name).row, name): value for name, value in changes.items()}
            renewed += 1
    key = ExchangeRow.sheet.key
    updates = [
        SheetUpdate(
            key, append=tuple(added) if tab == "" else (), cells=cells.get(tab, {}), tab=tab
        )
        for tab in dict.fromkeys([*([""] if added else []), *cells])
    ]
    publisher = by_code()[package.publisher].name
    total = f"已接收{publisher}下发的内容：新增 {len(added)} 条，更新 {renewed} 条。"
    if not updates:
        return LedgerChange([], [f"{publisher}下发的内容均已在“交流园地”中，未作改动。"])
    lines = [f"{post['kind']}　{post['author']}《{post['title']}》" for post in added]
    return LedgerChange(updates, [total], lines)


def _refuse(package: Package, unit: str, dated: DatedLedger) -> None:
    if not unit:
        raise UsageError("“填报信息”中的区划代码无法识别，不能接收", "请先填写 9 位代码后重试")
    publisher = by_code()[package.publisher]
    if not in_scope(unit, publisher):
        raise UsageError(f"下发单位{publisher.name}不是本单位的上级", "请核对文件后再接收")
    if package.as_of > dated.as_of:
        raise UsageError(
            f"下发通报的数据截至 {package.as_of}，晚于今天", "请核对电脑的日期，或向下发单位核实"
        )


def _changes(table: Any, row: int, post: Post) -> dict[str, object]:
    """Return the fields of an earlier received post that are otherwise now; an older one changes none."""
    now = dict(zip(_FIELDS, (table.column(name)[row] for name in _FIELDS), strict=True))
    if now["date"] and post["date"] < now["date"]:
        return {}
    return {name: post[name] for name in _FIELDS if shown(now[name]) != shown(post[name])}
