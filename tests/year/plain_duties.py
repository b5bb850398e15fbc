"""Count again how far the log has brought every duty of 职责清单."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from tests.year.plain_help import Contact, Help
from tests.year.plain_rows import Row, code_of, codes_of


class Duty(NamedTuple):
    """A duty, the contacts that name it by day, and the contacts proposed for it."""

    row: Row
    done: list[Contact]
    proposed: list[Contact]
    progress: str

    @property
    def code(self) -> str:
        """Return its ID."""
        return self.row["职责编号"]

    @property
    def last_done_on(self) -> date | None:
        """Return the day of the last contact that names it."""
        return max((contact.day for contact in self.done), default=None)

    def computed(self) -> Row:
        """Return the computed cells of its row."""
        target = self.row["目标次数"]
        return {
            "已完成次数": len(self.done),
            "完成率": round(100 * min(len(self.done), target) / target, 1),
            "最近完成": self.last_done_on,
            "进度": self.progress,
        }


def duties(helped: Help) -> list[Duty]:
    """Return every duty in sheet order."""
    rows = helped.book.rows("职责清单")
    owner = {row["职责编号"]: code_of(row["结对编号"]) for row in rows}
    named, proposed = (_by_duty(helped, owner, heading) for heading in ("职责编号", "职责编号建议"))
    found = []
    for row in rows:
        done, maybe = named[row["职责编号"]], proposed[row["职责编号"]]
        late, wanting = row["截止日期"] < helped.as_of, row["目标次数"] - len(done)
        if wanting <= 0:
            progress = "已完成"
        elif late and wanting > len(maybe):
            progress = "逾期"
        else:
            progress = "进行中" if done or late else "未开始"
        found.append(Duty(row, done, maybe, progress))
    return found


def _by_duty(helped: Help, owner: dict[str, str], heading: str) -> dict[str, list[Contact]]:
    """Return the contacts whose entry names a duty of the pairing; the first of several counts."""
    found: dict[str, list[Contact]] = defaultdict(list)
    for pairing, contacts in helped.contacts.items():
        for contact in contacts:
            own = [
                code for code in codes_of(contact.entry.get(heading)) if owner.get(code) == pairing
            ]
            for code in own[:1]:
                found[code].append(contact)
    return found
