"""The sample ledgers, errors and all, are paired township by township and together."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.actions.ledger_set import mentee_names
from addin.domain.pairing.suggest import suggest
from tests.build import AS_OF
from validators.ledger import Ledger
from validators.relations import running
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import IndividualRow, OrganisationRow
from validators.validation import validate
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

SETTINGS = Settings()


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> list[Ledger]:
    folder: Path = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=4, log_rows=300, seed=7, as_of=AS_OF)
    found = [read_ledger(path, path.name).ledger for path in sorted(folder.glob("*.xlsx"))]
    for ledger in found:
        validate(ledger, RuleContext(AS_OF, SETTINGS))
    return found


def _accepted(ledger: Ledger, statuses: set[str]) -> set[str]:
    return {
        code
        for model in (IndividualRow, OrganisationRow)
        for taken, (code, status) in zip(
            ledger.table(model).accepted(),
            ledger.table(model).columns("mentee_id", "status"),
            strict=True,
        )
        if taken and code and status in statuses
    }


@pytest.mark.parametrize("reopen", [False, True])
def test_everybody_in_the_samples_is_paired_or_told_why(
    ledgers: list[Ledger], reopen: bool
) -> None:
    for ledger in (*ledgers, Ledger.merged(ledgers)):
        plan = suggest(ledger, SETTINGS, AS_OF, reopen=reopen)

        answered = {pair.mentee_id for pair in plan.pairs} | {u.mentee_id for u in plan.unmatched}
        if reopen:
            assert answered == _accepted(ledger, {"待结对", "帮带中"})
        else:
            helped = {mentee for _, _, mentee in running(ledger)}
            alone = _accepted(ledger, {"帮带中"}) - helped
            assert answered <= _accepted(ledger, {"待结对"}) | alone
            assert answered >= _accepted(ledger, {"待结对"})
            names = [mentee_names(ledger)[code] for code in alone - answered]
            assert all(any(name in text for text in plan.warnings) for name in names)
        assert plan.gap == 0
        assert all(0 <= pair.total <= 1 and pair.reason and pair.mode for pair in plan.pairs)
        assert {pair.file for pair in plan.pairs} <= set(ledger.unit_codes)
