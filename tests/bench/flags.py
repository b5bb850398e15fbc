"""How well the flags find planted struggling mentees, beside the simplest rule there is.

    python -m tests.bench.flags [--style 2] [--townships 65] [--log-rows 3000] [--as-of 2026-06-17]
        [--error-rate 0.03] [SEED ...]

Flagged means 红 or 黄. The second style knows every rule that must be hit; a line counts them, too. The one rule to compare with flags every mentee 待结对 or 帮带中 without a
contact in the last 30 days. The last lines judge ledgers in which nobody struggles.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from addin.actions.demo import make_samples
from addin.actions.found_files import discover
from addin.actions.validate import examine
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import Flag, flags
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import PairingRow
from validators.vocabulary import Alert
from workbooks.samples import SampleTruth

QUIET_DAYS = 30

RULES = {
    "missed_month": "flag.contact.month",
    "missed_two_months": "flag.contact.two_months",
    "contact_rate": "flag.contact.rate",
    "score_falling": "flag.score.falling",
    "one_aspect_falling": "flag.score.aspect",
    "no_rise": "flag.score.flat",
    "weak_aspect_idle": "flag.aspect.idle",
    "nearly_idle": "flag.aspect.near",
    "unpaired": "flag.pairing.unpaired",
    "waiting": "flag.pairing.waiting",
    "ending": "flag.pairing.ending",
    "low_satisfaction": "flag.satisfaction.low",
    "duty_overdue": "flag.duty.overdue",
    "nearly_due": "flag.duty.near",
    "mentor_inactive": "flag.mentor.inactive",
    "mentor_over_capacity": "flag.mentor.overloaded",
}
"""The rule that must be hit, by what the samples call it."""

Hit = tuple[str, str]
"""A mentee and a rule's code."""


@dataclass(frozen=True)
class Score:
    """Hits, misses and false alarms, and what comes of them."""

    hits: int
    misses: int
    false: int

    @classmethod
    def of(cls, flagged: set[Any], planted: set[Any]) -> Score:
        return cls(len(flagged & planted), len(planted - flagged), len(flagged - planted))

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false)

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.misses)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.misses + self.false)


@dataclass
class Delivery:
    """A delivery of ledgers, read and validated, and its truth."""

    truth: SampleTruth
    ledger: Ledger
    own: dict[str, Settings]
    as_of: date
    seconds: float = field(default=0.0, init=False)

    def facts(self) -> LedgerFacts:
        return LedgerFacts.of(self.ledger, Settings(), self.as_of, self.own)

    def flags(self) -> tuple[Flag, ...]:
        started = time.perf_counter()
        found = flags(self.facts())
        self.seconds = time.perf_counter() - started
        return found

    def planted(self) -> dict[str, str]:
        return {one["mentee_id"]: one["reason"] for one in self.truth.struggling}

    def planted_hits(self) -> set[Hit]:
        told = (*self.truth.struggling, *self.truth.reminded)
        return {(one["mentee_id"], RULES[one["reason"]]) for one in told}


def deliver(folder: Path, as_of: date, *, jobs: int = 2, **options: int | float | bool) -> Delivery:
    """Write samples to `folder` and read them back."""
    truth = make_samples(folder, as_of=as_of, jobs=jobs, **options)
    examination = examine(discover([folder])[0], as_of=as_of, jobs=jobs)
    ledger = Ledger.merged(one.ledger for one in examination.examined)
    own = {one.file: one.settings for one in examination.examined}
    return Delivery(truth, ledger, own, as_of)


def struggling(found: Iterable[Flag]) -> set[str]:
    """Return the mentees flagged 红 or 黄."""
    return {flag.mentee_id for flag in found if flag.level is not Alert.BLUE}


def hits(found: Iterable[Flag]) -> set[Hit]:
    """Return every rule hit, 蓝 included."""
    return {(flag.mentee_id, hit.code) for flag in found for hit in flag.hits}


def quiet(facts: LedgerFacts) -> set[str]:
    """Return the mentees without a contact in the last 30 days: the one-rule baseline."""
    since = facts.as_of - timedelta(days=QUIET_DAYS)
    codes = facts.ledger.table(PairingRow).column("pairing_id")
    recent = {
        mentee
        for mentee, pairings in facts.running.items()
        for row, _ in pairings
        if (last := facts.contacts.last_day(codes[row] or "")) and last >= since
    }
    return set(facts.seeking) - recent


def line(name: str, seed: int, score: Score) -> str:
    return (
        f"| {name} | {seed} | {score.hits} | {score.misses} | {score.false} "
        f"| {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("seeds", nargs="*", type=int, default=[7])
    parser.add_argument("--townships", type=int, default=65)
    parser.add_argument("--log-rows", type=int, default=3000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 17))
    parser.add_argument("--style", type=int, default=1)
    parser.add_argument("--error-rate", type=float, default=0.03)
    asked = parser.parse_args()
    size = {
        "townships": asked.townships, "log_rows": asked.log_rows, "style": asked.style,
        "error_rate": asked.error_rate,
    }  # fmt: skip
    print("| rule | seed | hits | misses | false | precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    notes = []
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            planted = deliver(Path(folder, "a"), asked.as_of, seed=seed, **size)
            truth = planted.planted()
            found = planted.flags()
            print(line("bangdai flags", seed, Score.of(struggling(found), set(truth))))
            if asked.style > 1:
                print(line("every rule hit", seed, Score.of(hits(found), planted.planted_hits())))
            print(
                line("no contact for 30 days", seed, Score.of(quiet(planted.facts()), set(truth)))
            )
            clean = deliver(Path(folder, "b"), asked.as_of, seed=seed, struggling=False, **size)
            levels = Counter(str(flag.level) for flag in clean.flags())
            people = len(clean.facts().seeking)
            notes.append(
                f"seed {seed}: {planted.seconds:.2f} s; none planted: {dict(levels)} "
                f"of {people} mentees, 红 {levels['红'] / people:.2%}"
            )
            _explain(found, truth)
    print("\n".join(notes))


def _explain(found: tuple[Flag, ...], truth: dict[str, str]) -> None:
    """Print every mentee flagged or missed against the truth."""
    flagged = struggling(found)
    for flag in found:
        if flag.mentee_id in flagged - set(truth):
            print("  false:", flag.mentee_id, flag.as_row()["facts"])
    for mentee in sorted(set(truth) - flagged):
        print("  missed:", mentee, truth[mentee])


if __name__ == "__main__":
    main()
