"""Ledgers to open before running anything: a blank one, three filled ones, and their county's workbook.

    python -m workbooks.examples

writes them anew; a test keeps the committed files equal, part by part, to what the code makes. Places
are real, people invented, and everything is as of one day, which the generated sheets state.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from validators.divisions import by_code
from validators.sheets.base import ASPECT_FIELDS
from workbooks.samples import clean_rows

__all__ = ["AS_OF", "BLANK", "COUNTY", "COUNTY_NAME", "FILLED", "GENERATED", "TOWNSHIPS", "Example"]

AS_OF = date(2026, 11, 20)
"""The day the examples are made for; their records are of the year up to it."""

GENERATED = datetime.combine(AS_OF, time(17, 30))
"""生成时间 of what is computed in them."""


class Example(NamedTuple):
    """A township of the examples.

    Attributes:
        unit_code: The township.
        seed: Of its people and records.
        log_rows: Entries of its work log.
        neighbour: The township whose mentors help here, too.
        position: Rotates why some mentees' help is failing.
        slips: Whether its clerk made mistakes.
    """

    unit_code: str
    seed: int
    log_rows: int
    neighbour: str = ""
    position: int = 0
    slips: bool = False

    @property
    def file(self) -> str:
        """Return the ledger's name."""
        return f"{by_code()[self.unit_code].name}{AS_OF.year}年台账（样例）.xlsx"

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the clerk has typed by the as-of date: sheet key → rows of field → value."""
        rows = clean_rows(
            self.unit_code, seed=self.seed, as_of=AS_OF, log_rows=self.log_rows,
            neighbour=self.neighbour, position=self.position, oddities=False,
        )  # fmt: skip
        _turn_the_year(rows)
        _tidy_up(rows)
        if self.slips:
            _slip(rows)
        return rows


TOWNSHIPS = (
    Example("640402104", 2026, 300),
    Example("640402100", 11, 260, neighbour="640402104", position=1),
    Example("640402107", 5, 220, neighbour="640402100", position=2, slips=True),
)
"""The townships that have sent their ledgers; the first one's is also there blank."""

FILLED = TOWNSHIPS[0].file
BLANK = FILLED.replace("样例", "空白")
COUNTY_NAME = "原州区"
COUNTY = f"{COUNTY_NAME}汇总（样例）.xlsx"

_CARRIED = "上年结转"
_REMARKS = {"常住县城，周末在村", "兼任网格员"}
_MEASURES = {
    "软弱涣散": "补齐支部班子，每月开一次支委会，村务公开栏按季更新",
    "集体经济薄弱": "清理集体合同和欠款，盘活闲置校舍，发展养殖合作社",
    "巩固脱贫攻坚成果不力": "逐户核对监测对象，落实帮扶措施，每月研判一次",
    "存在短板弱项": "规范三会一课，建好党员积分台账，培养一名后备干部",
    "工作基础差": "理顺村级组织职责，配齐网格员，修订村规民约",
}
_WEAK_IN = {
    "软弱涣散": "organisation", "集体经济薄弱": "industry", "巩固脱贫攻坚成果不力": "governance",
    "存在短板弱项": "organisation", "工作基础差": "competence",
}  # fmt: skip
_WEAKNESSES = {
    "conviction": ("理论学习不够系统，联系实际少",),
    "competence": ("政策记得不牢，答复没底气", "材料写作慢，开头绕", "财务报账制度不熟悉"),
    "organisation": ("三会一课记录不规范", "抓党员教育办法老套"),
    "conduct": ("遇到矛盾怕得罪人", "统筹协调弱，忙乱无序"),
    "industry": ("产业账算不清，带富办法少", "项目申报流程不熟"),
    "governance": ("群众工作方法不多，说不到点子上",),
}
_LIMIT = 2
_HANDLED = "已约谈导师，自 11 月起每半月联系一次，党建办跟踪核对"


def _turn_the_year(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put what is of last year where 结转 leaves it."""
    new_year = date(AS_OF.year, 1, 1)
    log = rows["log"]
    rows["log"] = [row for row in log if row["date"] >= new_year]
    rows["carried_log"] = [{**row, "carried": _CARRIED} for row in log if row["date"] < new_year]
    for row in rows["assessment"]:
        if row["assessed_on"] < new_year:
            row["carried"] = _CARRIED


def _tidy_up(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Take out what stands there for tests, and let words and figures tell the same story."""
    for row in (*rows["mentor"], *rows["individual"]):
        if row.get("remark") not in _REMARKS:
            row.pop("remark", None)
    for row in rows["organisation"]:
        row["measures"] = _MEASURES[row["category"]]
        if row["status"] == "待结对":
            row[_WEAK_IN[row["category"]]] = _LIMIT
    for number, row in enumerate(rows["individual"]):
        weakest = min(ASPECT_FIELDS, key=row.__getitem__)
        if row["status"] == "待结对":
            weakest = ("competence", "industry", "governance")[number % 3]
            row[weakest] = _LIMIT
        if row[weakest] <= _LIMIT:
            texts = _WEAKNESSES[weakest]
            row["weakness"] = texts[number % len(texts)]
    rows["flag"] = [
        {"mentee_id": rows["individual"][0]["mentee_id"], "handling": _HANDLED,
         "handled_on": AS_OF - timedelta(days=11)}
    ]  # fmt: skip
    titles = set[str]()
    posts = {row["exchange_id"]: row for row in rows["exchange"]}
    kept = []
    for row in rows["exchange"]:
        asked = posts[row["reply_to"]] if "reply_to" in row else row
        fresh = row["title"] not in titles and (row is asked or asked in kept)
        titles.add(row["title"])
        kept += [row] if fresh else []
    rows["exchange"] = kept


def _slip(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Make two mistakes anybody makes, for the superior to find."""
    rows["assessment"][-2]["satisfaction"] = 6
    entry = rows["log"][-5]
    entry["pairing_ids"] = tuple(f"{code[:-3]}099" for code in entry["pairing_ids"])
