"""Compare what is merged with what an earlier run kept, a township at a time.

A ledger is read from its parcel when its township's turn comes, and let go after it; of one that
was reported again unchanged only its IDs are looked at, for the findings that are still there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from addin.actions.exchange.states import ledger_state
from addin.actions.parcels import CACHE, PARCEL
from addin.actions.parcels.earlier import RESULT, find_earlier
from addin.actions.parcels.parcel import DamagedParcel, load_head, load_parcel
from addin.domain.changes import Comparison, State, compare_states, joined
from validators.findings import Finding
from validators.ledger import Ledger
from workbooks.consolidated.findings_sheet import safe_finding

_Unit = TypeVar("_Unit")


class MergedUnit(NamedTuple):
    """The ledger of one unit, the findings on it, the unit, and the file's digest."""

    ledger: Ledger
    findings: Iterable[Finding]
    place: str
    digest: str

    def state(self, *, identified: bool = False) -> State:
        """Return its state, masked as in its workbook; of rows known to be equal IDs are enough."""
        findings = map(safe_finding, self.findings)
        return ledger_state(self.ledger, findings, self.place, merged=True, identified=identified)


class MergedLedgers(NamedTuple):
    """What a consolidation merged, one file of each unit; `read` returns the ledger of one.

    `places` has the unit of every file, `digests` the content of those merged, in order.
    """

    read: Callable[[str], Ledger]
    findings: Iterable[Finding]
    places: Mapping[str, str]
    digests: Mapping[str, str]

    def by_place(self) -> Iterator[tuple[str, MergedUnit]]:
        """Yield every unit with what was merged of it, which is read when its turn comes."""
        findings = _by_place(self.findings, self.places)
        for file, digest in self.digests.items():
            place = self.places[file]
            yield place, MergedUnit(self.read(file), findings.get(place, ()), place, digest)


def compared(
    known: Iterable[str],
    now: Iterable[tuple[str, _Unit]],
    states: Callable[[str, _Unit], tuple[State, State]],
) -> Comparison:
    """Return what changed, compared a unit at a time.

    Args:
        known: The units there were.
        now: The units there are, each with what is known of it.
        states: Returns the state of one of both then and now.
    """
    parts, gone = [], {*known}
    for place, unit in now:
        both = states(place, unit) if place in gone else None
        parts.append(compare_states(*both) if both else Comparison((), (), (place,), ()))
        gone.discard(place)
    return joined([*parts, Comparison((), tuple(gone), (), ())])


@dataclass(frozen=True, slots=True)
class KeptRun:
    """The ledgers an earlier run took in.

    Attributes:
        parcels: The digest of each unit's file, and where its ledger lies.
        findings: The findings, by unit.
    """

    parcels: Mapping[str, tuple[str, Path]]
    findings: Mapping[str, Sequence[Finding]]

    def compared(self, now: MergedLedgers) -> Comparison:
        """Return what changed since.

        Raises:
            DamagedParcel: A ledger cannot be read any more.
        """
        return compared(self.parcels, now.by_place(), self._states)

    def _states(self, place: str, now: MergedUnit) -> tuple[State, State]:
        digest, path = self.parcels[place]
        before = now._replace(findings=self.findings.get(place, ()))
        if digest == now.digest:
            return before.state(identified=True), now.state(identified=True)
        before = before._replace(ledger=load_parcel(path).ledger)
        return before.state(), now.state()


def kept_run(workbook: Path) -> KeptRun | None:
    """Return what was kept of the run that wrote a workbook, None where not all of it is there."""
    folder = workbook.parent / CACHE / workbook.name
    found = (find_earlier(folder, path.stem, workbook) for path in folder.glob(f"*{RESULT}"))
    run = next(filter(None, found), None)
    if run is None:
        return None
    try:
        whole = run.load()
        paths = folder.glob(f"*{PARCEL}")
        heads = [(path, one.file, one.digest) for path in paths for one in [load_head(path)]]
    except DamagedParcel:
        return None
    merged = {count.file for count in whole.report.sheets}
    places = {unit.file: f"{unit.county}{unit.township}" for unit in whole.states}
    parcels = {}
    for path, file, digest in heads:
        if file in merged:
            parcels[places[file]] = digest, path
            merged.remove(file)
    return None if merged else KeptRun(parcels, _by_place(whole.report.findings, places))


def _by_place(findings: Iterable[Finding], places: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Return findings by unit."""
    by_place: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_place[places.get(finding.file, "")].append(finding)
    return dict(by_place)
