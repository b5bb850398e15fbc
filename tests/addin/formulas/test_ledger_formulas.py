"""On whole ledgers, formulas say what the commands say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from addin.actions.pair import suggest_pairings
from addin.domain.awards import awards
from addin.domain.contacts import Contacts
from addin.domain.duties import duty_report
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.growth import growth
from addin.domain.pairing.explain import explain
from addin.domain.pairing.suggest import Suggestions, suggest
from addin.formulas.check import BD_CHECK
from addin.formulas.pairing import BD_MATCH, BD_SUGGEST, BD_WHY
from addin.formulas.records import BD_DUTY, BD_GOLD, BD_GROWTH, BD_RISK
from tests.addin.actions.waiting_ledger import mark, write_waiting
from tests.support.as_com import Tables, tables_of
from validators.findings import Finding
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import DutyRow, IndividualRow, MentorRow, OrganisationRow, model_for
from validators.validation import settings_of, validate
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

pytestmark = pytest.mark.filterwarnings("ignore:Print area cannot be set")  # of whole columns

AS_OF = date(2026, 6, 30)
DAY = datetime(2026, 6, 30)

NEED_OTHER_SHEETS = {
    "duty.pairing.unknown",
    "duty.period.outside",
    "individual.stage.mismatch",
    "individual.status.paired",
    "individual.status.unpaired",
    "log.date.outside",
    "log.date.paused",
    "log.duty.mismatch",
    "log.duty.unknown",
    "log.duty.unnamed",
    "log.pairing.unknown",
    "mentor.load.high",
    "organisation.status.paired",
    "organisation.status.unpaired",
    "pairing.mentor.elsewhere",
    "pairing.mentor.inactive",
    "pairing.mentor.unknown",
    "pairing.mentee.unknown",
    "pairing.mode.mismatch",
    "pairing.paired.early",
    "pairing.self",
    "assessment.mentee.unknown",
    "completion.pairing.unknown",
    "conversion.mentee.unknown",
    "pairing.mentor.avoided",
    "pairing.mentor.term",
    "misconduct.participant.unknown",
}
"""Codes of findings that compare a sheet with another one."""


@dataclass
class Read:
    """One ledger as the commands see it and as a formula does."""

    ledger: Ledger
    settings: Settings
    findings: list[Finding]
    tables: Tables
    headings: dict[str, int]

    def given(self, *keys: str) -> list[Any]:
        return [self.tables.get(key) for key in keys]  # None for a sheet somebody deleted

    def ids(self, model: Any) -> list[Any]:
        return [[code] for code in self.ledger.table(model).column(model.sheet.id_field)]


def read(path: Path) -> Read:
    ledger = read_ledger(path).ledger
    settings, _ = settings_of(ledger, None)
    return Read(ledger, settings, validate(ledger, RuleContext(AS_OF, settings)), *tables_of(path))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=3, log_rows=600, seed=7, as_of=AS_OF)
    return [read(path) for path in sorted(folder.glob("*.xlsx"))]


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """A ledger with a draft the clerk wrote on."""
    folder = tmp_path_factory.mktemp("waiting")
    plain, drafted = write_waiting(folder / "a.xlsx"), folder / "b.xlsx"
    plan = suggest_pairings(plain, drafted, as_of=AS_OF).suggestions
    first, second, *_ = [pair for pair in plan.pairs if pair.mentee_id.startswith("G")]
    marks = {
        (first.mentor_id, first.mentee_id): {"采纳": "不予结对"},
        (second.mentor_id, second.mentee_id): {"导师意见": "同意", "对象意见": "同意"},
    }
    return read(mark(drafted, folder / "c.xlsx", marks))


PAIRING = ("mentor", "individual", "organisation", "pairing", "suggestion", "setting")


def matched(book: Read, formula: Any, pairs: list[tuple[str, str]]) -> list[Any]:
    mentors, mentees = [[who] for who, _ in pairs], [[whom] for _, whom in pairs]
    return [value for (value,) in formula(mentors, mentees, *book.given(*PAIRING), DAY)]


def plan_of(book: Read) -> Suggestions:
    return suggest(book.ledger, book.settings, AS_OF)


@pytest.mark.parametrize(
    "key",
    ["mentor", "individual", "organisation", "pairing", "duty", "log", "assessment", "conversion",
     "completion", "exchange", "duty_template", "setting"],
)  # fmt: skip
def test_every_row_shows_the_findings_of_the_command_that_need_no_other_sheet(
    samples: list[Read], key: str
) -> None:
    model, seen = model_for(key), 0
    for book in samples:
        if key not in book.tables:
            continue
        headings, *rows = book.tables[key]
        first = book.headings[key] + 1
        name = model.sheet.name

        said = BD_CHECK(rows, [headings], name, book.tables["setting"], DAY, float(first))

        expected: dict[int, set[str]] = {}
        for one in book.findings:
            if one.sheet == name and one.code not in NEED_OTHER_SHEETS:
                expected.setdefault(one.row, set()).add(
                    f"{one.heading}：{one.message}，{one.suggestion}"
                )
        assert isinstance(said, list)
        found = {first + at: text for at, (text,) in enumerate(said) if text}
        assert found.keys() == expected.keys()
        for row, text in found.items():
            assert all(one in str(text) for one in expected[row])
            assert len(str(text)) == sum(map(len, expected[row])) + len(expected[row]) - 1
        seen += len(expected)
    assert seen or key in {"duty_template", "setting", "conversion"}


def test_scores_and_reasons_are_those_of_the_plan(waiting: Read, samples: list[Read]) -> None:
    for book in (waiting, *samples):
        plan = plan_of(book)
        pairs = [(pair.mentor_id, pair.mentee_id) for pair in plan.pairs]
        if len(pairs) > 1:
            scores = matched(book, BD_MATCH, pairs)
            reasons = matched(book, BD_WHY, pairs)

            assert scores == [round(100 * pair.total, 2) for pair in plan.pairs]
            assert reasons == [pair.reason for pair in plan.pairs]
    assert len(plan_of(waiting).pairs) >= 5


def test_a_refused_pair_says_so_instead_of_a_score(waiting: Read) -> None:
    plan = plan_of(waiting)
    refused = next(one for one in plan.set_aside if one.decision == "不予结对")
    pair = (refused.mentor_id, refused.mentee_id)

    score = BD_MATCH(*pair, *waiting.given(*PAIRING), DAY)
    why = BD_WHY(*pair, *waiting.given(*PAIRING), DAY)

    assert score == why == explain(plan.plans, *pair)
    assert "不予结对" in str(score)


def test_why_not_is_what_the_explanation_says(waiting: Read) -> None:
    plan = plan_of(waiting)
    chosen = {(pair.mentor_id, pair.mentee_id) for pair in plan.pairs}
    mentees = [code for one in plan.plans for code in one.pool.mentees.ids]
    others = [
        (mentor, mentee)
        for mentor in plan.plans[0].pool.mentors.ids
        for mentee in mentees
        if (mentor, mentee) not in chosen
    ]

    said = matched(waiting, BD_WHY, others)

    assert said == [explain(plan.plans, *pair) for pair in others]


def test_all_mentors_against_all_mentees_is_a_table(waiting: Read) -> None:
    mentors = ["D640402104-001", "D640402104-002"]
    mentees = ["G640402104-002", "G640402104-003", "G640402104-005"]

    table = BD_MATCH([[who] for who in mentors], [mentees], *waiting.given(*PAIRING), DAY)

    single = [
        [BD_MATCH(who, whom, *waiting.given(*PAIRING), DAY) for whom in mentees] for who in mentors
    ]
    assert table == single


def test_a_pair_that_is_running_is_scored_as_if_decided_anew(waiting: Read) -> None:
    again = suggest(waiting.ledger, waiting.settings, AS_OF, reopen=True)
    pair = next(one for one in again.pairs if one.mentee_id == "G640402104-001")

    score = BD_MATCH(pair.mentor_id, pair.mentee_id, *waiting.given(*PAIRING), DAY)

    assert score == round(100 * pair.total, 2)


def test_suggestions_begin_with_the_plans_and_fall_in_score(waiting: Read) -> None:
    plan = plan_of(waiting)
    pair = next(one for one in plan.pairs if one.mentee_id == "G640402104-003")

    listed = BD_SUGGEST("G640402104-003", 9.0, *waiting.given(*PAIRING), DAY)

    assert isinstance(listed, list)
    assert listed[0] == [
        pair.mentor_id, pair.mentor_name, round(100 * pair.total, 2), f"本次建议；{pair.reason}",
    ]  # fmt: skip
    rest = [float(str(row[2])) for row in listed[1:]]
    assert rest == sorted(rest, reverse=True)
    assert "D640402104-004" not in {row[0] for row in listed}  # 暂停


def test_a_column_of_mentees_gets_one_row_each(waiting: Read) -> None:
    mentees = [["G640402104-002"], [None], ["G640402104-099"]]

    rows = BD_SUGGEST(mentees, 2, *waiting.given(*PAIRING), DAY)

    assert isinstance(rows, list)
    assert [len(row) for row in rows] == [2, 2, 2]
    assert str(rows[0][0]).endswith(" 分")
    assert rows[1] == ["", ""]
    assert "请核对编号" in str(rows[2][0])


def test_done_counts_are_those_of_the_update(samples: list[Read]) -> None:
    for book in samples:
        states = {
            one.row: one.done
            for one in duty_report(Contacts(book.ledger, book.settings, AS_OF)).states
        }
        table = book.ledger.table(DutyRow)

        counts = BD_DUTY(
            book.ids(DutyRow), *book.given("duty", "log", "pairing", "setting"), DAY
        )  # fmt: skip

        assert isinstance(counts, list)
        for row, (code, (count,)) in enumerate(zip(table.column("duty_id"), counts, strict=True)):
            if code is None:
                assert count == ""
            elif row in states and table.by_single_id.get(code) == row:
                assert count == states[row]
            else:
                assert "未采用" in str(count)


def mentees_of(book: Read) -> list[Any]:
    return [*book.ids(IndividualRow), *book.ids(OrganisationRow)]


def test_growth_is_that_of_the_task(samples: list[Read]) -> None:
    for book in samples:
        known = {
            one.mentee_id: one
            for one in growth(LedgerFacts(Contacts(book.ledger, book.settings, AS_OF)))
        }
        keys = ("individual", "organisation", "assessment", "setting")
        mentees = mentees_of(book)

        rows = BD_GROWTH(mentees, *book.given(*keys), DAY)

        assert isinstance(rows, list)
        for (code,), row in zip(mentees, rows, strict=True):
            assert len(row) == 7
            if code in known:
                change = ["" if one is None else one for one in known[code].change]
                assert row == [*change, known[code].trend]
            else:
                assert code is None or "未采用" in str(row[0])


RISK = (
    "individual", "organisation", "mentor", "pairing", "duty", "log", "assessment", "setting",
)  # fmt: skip


def test_risks_are_those_of_the_flag_list(samples: list[Read]) -> None:
    for book in samples:
        known = {
            one.mentee_id: one.as_row()
            for one in flags(LedgerFacts.of(book.ledger, book.settings, AS_OF))
        }
        mentees = mentees_of(book)

        rows = BD_RISK(mentees, *book.given(*RISK), DAY, *book.given("completion"))

        assert isinstance(rows, list)
        assert {row[0] for row in rows} >= {"黄", "无预警"}
        for (code,), row in zip(mentees, rows, strict=True):
            if code in known:
                assert row == [known[code][name] for name in ("level", "score", "rules", "facts")]
            else:
                assert code is None or row[0] == "无预警" or "未采用" in str(row[0])


GOLD = (
    "mentor", "individual", "organisation", "pairing", "duty", "log", "assessment", "conversion",
    "completion", "misconduct", "setting",
)  # fmt: skip


def test_gold_scores_are_those_of_the_awards(samples: list[Read]) -> None:
    names = [
        "duty_score", "record_score", "result_score", "satisfaction_score", "total", "shortlisted",
    ]  # fmt: skip
    # a ledger whose 负面情形 is missing has no such range to give
    for book in (book for book in samples if book.tables.keys() >= set(GOLD)):
        known = {
            one.mentor.mentor_id: one.as_row()
            for one in awards(LedgerFacts.of(book.ledger, book.settings, AS_OF))
        }
        mentors = book.ids(MentorRow)

        rows = BD_GOLD(mentors, *book.given(*GOLD), DAY)

        assert isinstance(rows, list)
        assert known
        for (code,), row in zip(mentors, rows, strict=True):
            if code in known:
                assert row == [known[code][name] for name in names]
            else:
                said = str(row[0])
                assert code is None or said == "本年度无帮带" or "未采用" in said


def test_days_as_serial_numbers_and_blanks_as_zeros_change_nothing(samples: list[Read]) -> None:
    """Excel on the web hands over no dates and no empty cells."""
    book = samples[2]
    mentees = mentees_of(book)

    web = BD_RISK(
        mentees,
        *(on_the_web(table) for table in book.given(*RISK)),
        46203,
        *(on_the_web(table) for table in book.given("completion")),
    )

    assert web == BD_RISK(mentees, *book.given(*RISK), DAY, *book.given("completion"))


def on_the_web(table: list[list[Any]]) -> list[list[Any]]:
    def cell(value: Any) -> Any:
        if isinstance(value, datetime):
            return (value - datetime(1899, 12, 30)).days
        return 0 if value is None else value

    return [[cell(value) for value in row] for row in table]


def test_another_setting_gives_another_answer(waiting: Read) -> None:
    headings, *rows = waiting.tables["setting"]
    name, value = headings.index("参数名称"), headings.index("值")
    changed = [headings, *(list(row) for row in rows)]
    (weights,) = [row for row in changed if row[name] == "匹配权重"]
    weights[value] = "0、0、1、0、0"
    tables = waiting.given(*PAIRING[:-1])

    score = BD_MATCH("D640402104-003", "G640402104-003", *tables, changed, DAY)

    assert score == 100  # the mentor's 5 against the only weak aspect
    assert score != BD_MATCH("D640402104-003", "G640402104-003", *tables, None, DAY)
