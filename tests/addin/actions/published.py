"""A package of posts as a superior sends it down, for whoever receives one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from addin.actions.exchange.package import Package
from addin.actions.exchange.publish import write_to
from tests.addin.actions.waiting_ledger import UNIT
from validators.vocabulary import ExchangeKind, Source

AS_OF = date(2026, 6, 30)
CITY = "6404"


def a_notice(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a post of the city's."""
    return {
        "exchange_id": f"L640400000-2026063{number:03d}",
        "date": AS_OF,
        "kind": ExchangeKind.NOTICE,
        "author": "固原市",
        "reply_to": None,
        "title": f"第 {number} 号通报",
        "content": "本单位第 3 名，92.5 分，共 65 个单位。",
        "origin": Source.CITY,
        **changes,
    }


def a_package(*posts: tuple[str, dict[str, Any]], publisher: str = CITY) -> Package:
    """Return a package; without posts it holds a notice for all and one for the sample township."""
    return Package(publisher, AS_OF, posts or (("", a_notice(1)), (UNIT, a_notice(2))))


def write_posts(path: Path) -> None:
    """Write a package for the township of the other samples."""
    write_to(path, a_package())
