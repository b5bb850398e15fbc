import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.build import (
    AS_OF,
    OTHER_UNIT,
    UNIT,
    a_ledger,
    a_log_entry,
    a_mentor,
    a_pairing,
    a_world,
    add,
    an_individual,
    change,
    code,
    ledger_of,
)
from validators.cells import FormulaError
from validators.findings import Report
from validators.ledger import Ledger, SheetPart
from validators.rules import RuleContext
from validators.sheets import LogEntryRow, MentorRow, PairingRow
from validators.validation import count_rows, validate, validate_across
from validators.vocabulary import Level

CONTEXT = RuleContext(AS_OF)


def at(findings, sheet, cell):
    return [f for f in findings if (f.sheet, f.cell) == (sheet, cell)]


def counts(ledger):
    return {c.sheet: (c.rows, c.accepted, c.rejected, c.ignored) for c in count_rows(ledger)}


# --- column findings -----------------------------------------------------------------------------


def test_a_finding_says_where_what_and_what_to_do() -> None:
    ledger = ledger_of(change("log", 0, date="2026.5"))

    (finding,) = validate(ledger, CONTEXT)

    assert finding._asdict() == {
        "file": "开城镇.xlsx",
        "sheet": "工作日志",
        "cell": "B4",
        "row": 4,
        "column": "B",
        "heading": "日期",
        "code": "log.date.date_ambiguous",
        "level": Level.ERROR,
        "value": "2026.5",
        "message": "“2026.5”无法确定是哪一天（缺日）",
        "suggestion": "可能是 2026年5月，请按“年-月-日”写全，如 2026-05-03",
    }


def test_every_row_with_the_same_bad_cell_is_cited() -> None:
    entries = [a_log_entry(n, date=date(2026, 5, n), form="书面") for n in (1, 2, 3)]
    ledger = a_ledger(log=entries)

    found = [(f.cell, f.code) for f in validate(ledger, CONTEXT)]

    assert found == [
        ("H4", "log.form.choice"),
        ("H5", "log.form.choice"),
        ("H6", "log.form.choice"),
    ]
    assert counts(ledger)["工作日志"] == (3, 0, 3, 0)


@pytest.mark.parametrize("blank", [None, "", " ", "\u3000"])
def test_a_required_cell_left_blank_rejects_its_row(blank) -> None:
    ledger = ledger_of(change("mentor", 1, employer=blank))

    (finding,) = validate(ledger, CONTEXT)

    assert (finding.code, finding.cell) == ("mentor.employer.missing", "G5")
    assert counts(ledger)["导师库"] == (2, 1, 1, 0)


def test_recommended_cells_left_blank_are_one_notice_a_column() -> None:
    entries = [a_log_entry(n, date=date(2026, 5, n), recorder=None) for n in (1, 2, 3)]

    (finding,) = validate(a_ledger(log=entries), CONTEXT)

    assert (finding.code, finding.level) == ("log.recorder.recommended", Level.NOTICE)
    assert finding.cell == "N4"
    assert "3 行" in finding.message


def test_a_form_is_cited_at_its_own_rows() -> None:
    ledger = ledger_of(change("unit", 0, office_phone="12", reviewer=None, year=1999))

    found = {f.code: (f.cell, f.row, f.level) for f in validate(ledger, CONTEXT)}

    assert found == {
        "unit.office_phone.phone_malformed": ("B10", 10, Level.WARNING),
        "unit.reviewer.recommended": ("B9", 9, Level.NOTICE),
        "unit.year.out_of_range": ("B6", 6, Level.ERROR),
    }


def test_a_formula_cell_is_an_error_everywhere() -> None:
    ledger = ledger_of(
        change("mentor", 0, status=FormulaError("#REF!"), remark=FormulaError("#N/A"))
    )

    found = {(f.code, f.value) for f in validate(ledger, CONTEXT)}

    assert found == {
        ("mentor.status.formula_error", "#REF!"),
        ("mentor.remark.formula_error", "#N/A"),
    }


# --- one finding a cell --------------------------------------------------------------------------


def test_one_cell_keeps_the_most_severe_finding() -> None:
    # the odd spelling is a notice, the repeated ID an error
    ledger = ledger_of(add("mentor", a_mentor(3, mentor_id=code("D", 2).lower())))

    findings = validate(ledger, CONTEXT)

    assert [f.code for f in at(findings, "导师库", "A6")] == ["mentor.id.duplicate"]


def test_a_cell_with_a_column_error_is_not_cited_by_rules() -> None:
    ledger = ledger_of(change("log", 0, date=20990101))

    assert [f.code for f in validate(ledger, CONTEXT)] == ["log.date.date_number"]


def test_of_two_equal_findings_the_first_rules_stays() -> None:
    # too many mentees and a mentor of the avoided: both errors at the mentor's code
    six = range(3, 8)
    ledger = ledger_of(
        change("mentor", 0, avoid="朱晓明"),
        change("pairing", 0, mode="一对多"),
        add("individual", *(an_individual(n) for n in six)),
        add("pairing", *(a_pairing(n + 1, mentee_id=code("G", n), mode="一对多") for n in six)),
    )

    findings = validate(ledger, CONTEXT)

    assert [f.code for f in at(findings, "结对台账", "B4")] == ["mentor.load.exceeded"]


WORDS = st.sampled_from(
    [
        None,
        "",
        " ",
        "无",
        "x",
        "1",
        1,
        6,
        3.5,
        -1,
        True,
        20260503,
        "2026.5.3",
        "5/6",
        "2026-02-30",
        date(2026, 5, 3),
        date(2099, 1, 1),
        code("D", 1),
        code("J", 1),
        code("G", 2),
        "在库",
        "男",
        FormulaError("#REF!"),
        "a\x07b",
        10**17,
    ]
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_typed_rows_add_up_and_cells_are_cited_once(data) -> None:
    world = a_world()
    for key in data.draw(st.lists(st.sampled_from(sorted(world)), min_size=1, max_size=4)):
        row = data.draw(st.sampled_from(world[key]))
        for field in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=4)):
            row[field] = data.draw(WORDS)
    ledger = a_ledger(form=world.pop("unit"), **world)

    findings = validate(ledger, CONTEXT)

    places = [(f.file, f.sheet, f.cell) for f in findings]
    assert len(set(places)) == len(places)
    assert all(cell for _, _, cell in places)
    for count in count_rows(ledger):
        cited = {f.row for f in findings if f.sheet == count.sheet and f.level is Level.ERROR}
        assert count.rows == count.accepted + count.rejected + count.ignored
        assert count.rejected == (min(len(cited), 1) if count.sheet == "填报信息" else len(cited))


# --- rows ----------------------------------------------------------------------------------------


def test_ignored_rows_count_as_rows() -> None:
    ledger = ledger_of()
    ledger.table(LogEntryRow).parts[0].ignored = 3
    validate(ledger, CONTEXT)

    assert counts(ledger)["工作日志"] == (4, 1, 0, 3)


def test_a_worksheet_without_headings_accepts_no_row() -> None:
    part = SheetPart.rejecting("log", "开城镇.xlsx", "工作日志", range(4, 9))
    ledger = Ledger.of([part], ["开城镇.xlsx"])

    assert validate(ledger, CONTEXT) == []
    assert counts(ledger) == {"工作日志": (5, 0, 5, 0)}


def test_warnings_and_notices_reject_nothing() -> None:
    ledger = ledger_of(
        change("mentor", 0, village="关台村", phone="12", remark="无"), change("log", 0, role=None)
    )

    assert {f.level for f in validate(ledger, CONTEXT)} == {Level.WARNING, Level.NOTICE}
    assert all(rejected == 0 for _, _, rejected, _ in counts(ledger).values())


def test_rejected_rows_are_marked_for_those_who_count() -> None:
    ledger = ledger_of(change("pairing", 1, mode="一帮一"))
    validate(ledger, CONTEXT)

    assert ledger.table(PairingRow).accepted() == [True, False, True]


def test_a_rejected_row_still_answers_references() -> None:
    ledger = ledger_of(
        change("mentor", 0, gender="不详"),
        change("pairing", 0, score=101),
        change("duty", 0, target=0),
    )

    assert {f.code for f in validate(ledger, CONTEXT)} == {
        "mentor.gender.choice",
        "pairing.score.out_of_range",
        "duty.target.out_of_range",
    }


# --- several workbooks ---------------------------------------------------------------------------


def two(own=(), other=()):
    ledgers = [ledger_of(*own), ledger_of(*other, unit=OTHER_UNIT, file="张易镇.xlsx")]
    alone = [f for ledger in ledgers for f in validate(ledger, CONTEXT)]
    return ledgers, alone


def test_a_merged_ledger_shares_rows_and_knows_every_file() -> None:
    ledgers, _ = two()

    merged = Ledger.merged(ledgers)

    assert merged.unit_codes == {"开城镇.xlsx": UNIT, "张易镇.xlsx": OTHER_UNIT}
    assert len(merged.table(MentorRow)) == 4
    assert merged.table(MentorRow).place(3, "name").file == "张易镇.xlsx"
    assert merged.table(MentorRow).place(3, "name").cell == "B5"


def test_a_mentor_elsewhere_is_a_notice_until_the_ledgers_meet() -> None:
    ledgers, alone = two([change("pairing", 2, mentor_id=code("D", 9, OTHER_UNIT))])
    assert [f.code for f in alone] == ["pairing.mentor.elsewhere"]

    together = validate_across(Ledger.merged(ledgers), CONTEXT, alone)

    assert [f.code for f in together] == ["pairing.mentor.unknown"]
    assert together[0].level is Level.ERROR
    assert counts(ledgers[0])["结对台账"] == (3, 2, 1, 0)


def test_a_mentor_elsewhere_stays_a_notice_where_the_ledger_is_not_delivered() -> None:
    ledgers, alone = two([change("pairing", 2, mentor_id=code("D", 9, "640402106"))])

    assert validate_across(Ledger.merged(ledgers), CONTEXT, alone) == alone


def test_findings_on_whole_files_and_sheets_are_kept_apart() -> None:
    ledgers, _ = two()
    place = ledgers[0].table(MentorRow).place(0, "name")
    whole = [
        finding._replace(cell="", row=0, column="", code=f"file.{n}")
        for n, finding in enumerate(
            validate(ledger_of(change("mentor", 0, name=None)), CONTEXT) * 3
        )
    ]

    assert validate_across(Ledger.merged(ledgers), CONTEXT, whole) == whole
    assert place.cell == "B4"


def test_validating_twice_says_the_same() -> None:
    ledger = ledger_of(change("mentor", 0, born="1978.1.1", employer=None))

    assert validate(ledger, CONTEXT) == validate(ledger, CONTEXT)


# --- the report ----------------------------------------------------------------------------------


def test_a_report_counts_and_answers_with_an_exit_code() -> None:
    report = Report(AS_OF)
    assert report.exit_code == 0
    ledger = ledger_of(change("mentor", 0, village="关台村"))

    report.findings += validate(ledger, CONTEXT)
    report.sheets += count_rows(ledger)
    assert (report.exit_code, report.count(Level.WARNING)) == (0, 1)
    report.findings += validate(ledger_of(change("mentor", 0, name=None)), CONTEXT)
    assert report.exit_code == 1
    report.unreadable.append("坏.xlsx")
    assert report.exit_code == 2


def test_a_report_is_plain_json() -> None:
    report = Report(AS_OF, validate(ledger_of(change("mentor", 0, name=None)), CONTEXT))

    read = json.loads(json.dumps(report.as_json(), ensure_ascii=False))

    assert read["as_of"] == "2026-06-30"
    assert read["findings"][0]["level"] == "error"
