"""An earlier consolidation from what its run kept, compared a township at a time.

A ledger is read from its parcel when its township's turn comes, and let go after it; of one that
was reported again unchanged only its IDs are looked at, for the findings that are still there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from addin.actions.exchange.states import ledger_state
from addin.actions.parcels import CACHE, PARCEL
from addin.actions.parcels.earlier import RESULT, find_earlier
from addin.actions.parcels.parcel import DamagedParcel, load_head, load_parcel
from addin.domain.changes import Comparison, State, compare_states, joined
from validators.findings import Finding
from validators.ledger import Ledger
from workbooks.consolidated.findings_sheet import safe_finding


@dataclass(frozen=True, slots=True)
class MergedLedger:
    """What a consolidation merged.

    Attributes:
        ledger: The rows.
        findings: The findings on them.
        places: The unit of every file.
        digests: The content of every file that was merged, in order.
    """

    ledger: Ledger
    findings: Sequence[Finding]
    places: Mapping[str, str]
    digests: Mapping[str, str]

    def state(self, *, identified: bool = False) -> State:
        """Return its state, personal numbers masked as in its workbook.

        Args:
            identified: Of rows known to be equal their IDs are enough.
        """
        findings = map(safe_finding, self.findings)
        return ledger_state(self.ledger, findings, self.places, merged=True, identified=identified)

    def by_place(self) -> Iterator[tuple[str, MergedLedger]]:
        """Yield every unit with what was merged of it."""
        files = defaultdict(list)
        for file in self.digests:
            files[self.places.get(file, "")].append(file)
        findings = _by_place(self.findings, self.places)
        parts = defaultdict(list)
        for part in self.ledger.parts():
            parts[self.places.get(part.file, "")].append(part)
        for place, own in files.items():
            digests = {file: self.digests[file] for file in own}
            ledger = Ledger.of_units(parts[place], self.ledger.unit_codes)
            yield place, MergedLedger(ledger, findings.get(place, ()), self.places, digests)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """The ledgers an earlier run took in.

    Attributes:
        parcels: Where each lies, by unit and digest.
        places: The unit of every file.
        findings: The findings, by unit.
    """

    parcels: Mapping[str, Mapping[str, Path]]
    places: Mapping[str, str]
    findings: Mapping[str, Sequence[Finding]]

    def compared(self, now: MergedLedger) -> Comparison:
        """Return what changed since.

        Raises:
            DamagedParcel: A ledger cannot be read any more.
        """
        units = dict(now.by_place())
        gone = (
            compare_states(self._state(place), State({}, ()))
            for place in self.parcels
            if place not in units
        )
        return joined([*(self._compared(*unit) for unit in units.items()), *gone])

    def _compared(self, place: str, now: MergedLedger) -> Comparison:
        if place not in self.parcels:
            return compare_states(State({}, ()), now.state())
        if {*self.parcels[place]} != {*now.digests.values()}:
            return compare_states(self._state(place), now.state())
        before = replace(now, findings=self.findings.get(place, ()))
        return compare_states(before.state(identified=True), now.state(identified=True))

    def _state(self, place: str) -> State:
        ledgers = [load_parcel(path).ledger for path in self.parcels[place].values()]
        findings = self.findings.get(place, ())
        return MergedLedger(Ledger.merged(ledgers), findings, self.places, {}).state()


def kept_run(workbook: Path) -> KeptRun | None:
    """Return what was kept of the run that wrote a workbook, None where not all of it is there."""
    folder = workbook.parent / CACHE / workbook.name
    found = (find_earlier(folder, path.stem, workbook) for path in folder.glob(f"*{RESULT}"))
    run = next(filter(None, found), None)
    if run is None:
        return None
    try:
        whole = run.load()
        heads = [_head(path) for path in folder.glob(f"*{PARCEL}")]
    except DamagedParcel:
        return None
    merged = {count.file for count in whole.report.sheets}
    places = {unit.file: f"{unit.county}{unit.township}" for unit in whole.states}
    parcels: dict[str, dict[str, Path]] = defaultdict(dict)
    for path, file, digest in heads:
        if file in merged:
            parcels[places[file]][digest] = path
            merged.remove(file)
    return None if merged else KeptRun(parcels, places, _by_place(whole.report.findings, places))


def _head(path: Path) -> tuple[Path, str, str]:
    """Return a parcel's path, file and digest, and let go of the rest."""
    examined = load_head(path)
    return path, examined.file, examined.digest


def _by_place(findings: Iterable[Finding], places: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Return findings by unit."""
    by_place: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_place[places.get(finding.file, "")].append(finding)
    return dict(by_place)
