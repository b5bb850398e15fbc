"""Write growth cards to be printed: `bangdai cards`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from addin.actions.examining import Progress
from addin.actions.growth_cards import cards_of
from addin.actions.together import Together, read_together
from addin.tasks.contacts import Contacts
from validators.errors import UsageError
from validators.ledger import Ledger
from validators.sheets import IndividualRow, OrganisationRow
from workbooks.cards import writer
from workbooks.cards.content import FILE_KIND, Cards
from workbooks.files import check_writable, refuse_foreign, replace_atomically

__all__ = ["Carded", "print_cards", "write_cards"]

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Carded:
    """What was written.

    Attributes:
        together: The ledgers the cards were made from.
        cards: How many cards there are.
        left_out: IDs of the wanted mentees whose rows hold errors or share an ID; no cards.
        out: The workbook.
    """

    together: Together
    cards: int
    left_out: tuple[str, ...]
    out: Path

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read, 1 if a mentee has no card, else 0."""
        if self.together.report.unreadable:
            return 2
        return 1 if self.left_out else 0


def write_cards(
    path: Path,
    out: Path,
    *,
    as_of: date,
    mentees: Collection[str] = (),
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Carded:
    """Write the growth cards of a ledger, or of a folder of ledgers, as one workbook.

    Args:
        path: A ledger, or a folder of them, so that mentors of other townships are known by name.
        out: The workbook; only one of cards is replaced.
        as_of: Later entries are not shown.
        mentees: IDs of those whose cards are wanted; all if empty.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        progress: Told of every file read.

    Raises:
        UsageError: There is no readable ledger, nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    _check(out)
    together = read_together(
        path, as_of=as_of, settings_file=settings_file, jobs=jobs, progress=progress
    )
    return print_cards(together, out, as_of=as_of, mentees=mentees)


def print_cards(
    together: Together, out: Path, *, as_of: date, mentees: Collection[str] = ()
) -> Carded:
    """Write the growth cards of ledgers that are read already; see `write_cards`.

    Raises:
        UsageError: There is nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    _check(out)
    known = dict.fromkeys(_mentee_ids(together.ledger))
    wanted = dict.fromkeys(code.strip().upper() for code in mentees)
    _refuse_unknown(wanted, known)
    contacts = Contacts(together.ledger, together.settings, as_of, together.own_settings)
    cards = cards_of(contacts, wanted)
    if not cards:
        raise UsageError("没有可以制作档案卡的对象", "请先填写对象表，或改正校验结果中的错误")
    content = Cards(cards, as_of)
    replace_atomically(out, lambda draft: writer.write_cards(draft, content))
    made = {card.mentee_id for card in cards}
    left_out = tuple(code for code in wanted or known if code not in made)
    return Carded(together, len(cards), left_out, out)


def _check(out: Path) -> None:
    refuse_foreign(out, FILE_KIND)
    check_writable(out)


def _mentee_ids(ledger: Ledger) -> Iterator[str]:
    for model in (IndividualRow, OrganisationRow):
        yield from filter(None, ledger.table(model).column("mentee_id"))


def _refuse_unknown(wanted: Collection[str], known: Collection[str]) -> None:
    unknown = [code for code in wanted if code not in known]
    if unknown:
        more = f"等 {len(unknown)} 个" if len(unknown) > _NAMED else ""
        raise UsageError(
            f"台账里没有对象 {'、'.join(unknown[:_NAMED])}{more}",
            "请核对编号，如 G640402104-001",
        )
