import re
from collections import Counter, defaultdict
from datetime import date

import pytest

from tests.build import AS_OF, a_completion, a_log_entry, a_mentor, a_pairing, add, change, code
from tests.validators.rules import cases_across, cases_people, cases_work
from tests.validators.rules.case import NOTICE, AcrossCase, Case, judge, judge_across, stands_at
from validators.ledger import Ledger
from validators.relations import COMPARED_FIELDS
from validators.rules import RULES, Rule, RuleContext
from validators.sheets import TABLES, columns_by_field

CASES = [*cases_people.CASES, *cases_work.CASES]
ACROSS = cases_across.CASES


def serious(findings):
    return {(f.code, f.level, (f.file, f.sheet, f.cell)) for f in findings if f.level is not NOTICE}


def of_code(findings, wanted):
    return {(f.code, f.level, (f.file, f.sheet, f.cell)) for f in findings if f.code == wanted}


def pattern_of(rule: Rule) -> str:
    """Return the codes of a rule's findings as a regular expression."""
    return re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(rule.code))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_broken_rule_cites_exactly_its_cells(case: Case) -> None:
    ledger, findings = judge(case.broken, case.settings)

    expected = {(case.code, case.level, stands_at(ledger, cell)) for cell in case.cells}
    assert of_code(findings, case.code) == expected
    assert serious(findings) == (expected if case.level is not NOTICE else set())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_near_miss_is_silent(case: Case) -> None:
    _, findings = judge(case.near, case.settings)

    assert of_code(findings, case.code) == set()
    assert serious(findings) == set()


@pytest.mark.parametrize("case", ACROSS, ids=str)
def test_a_rule_broken_across_workbooks_cites_exactly_its_cells(case: AcrossCase) -> None:
    ledgers, alone, together = judge_across(*case.broken)

    expected = set()
    for cell in case.cells:
        whose, _, where = cell.partition(":")
        expected.add((case.code, case.level, stands_at(ledgers[whose], where)))
    assert of_code(alone, case.code) == set(), "one workbook alone shows nothing"
    assert of_code(together, case.code) == expected
    assert serious(together) - serious(alone) == (expected if case.level is not NOTICE else set())


@pytest.mark.parametrize("case", ACROSS, ids=str)
def test_a_near_miss_across_workbooks_is_silent(case: AcrossCase) -> None:
    _, _, together = judge_across(*case.near)

    assert serious(together) == set()


@pytest.mark.parametrize("case", [*CASES, *ACROSS], ids=str)
def test_a_finding_is_a_chinese_sentence_with_a_suggestion(case: Case | AcrossCase) -> None:
    findings = (
        judge_across(*case.broken)[2]
        if isinstance(case, AcrossCase)
        else judge(case.broken, case.settings)[1]
    )

    for finding in findings:
        for sentence in (finding.message, finding.suggestion):
            assert re.search(r"[\u4e00-\u9fff]", sentence)
            assert not re.search(r"[{}]|None|Status|Kind\.", sentence)
            assert not sentence.endswith("。"), "the shower puts the full stop"


def test_the_default_world_has_no_finding_at_all() -> None:
    _, findings = judge([])

    assert findings == []


@pytest.mark.parametrize("case", ACROSS, ids=str)
def test_a_rule_across_workbooks_reads_only_compared_fields_of_the_sheets_it_names(
    case: AcrossCase,
) -> None:
    ledgers, _, _ = judge_across(*case.broken)

    for rule in RULES:
        if rule.across:
            fields = {model.sheet.key: names for model, names in COMPARED_FIELDS.items()}
            whole, named = (
                [f for _, f in rule.findings(Ledger.merged(each), RuleContext(AS_OF))]
                for each in (
                    ledgers.values(),
                    [ledger.with_fields(fields) for ledger in ledgers.values()],
                )
            )
            assert named == whole


def test_two_default_worlds_together_have_no_finding_at_all() -> None:
    _, _, together = judge_across([], [])

    assert together == []


def test_every_rule_has_a_case() -> None:
    tested = defaultdict(set)
    for case in CASES:
        tested[False].add(case.code)
    for case in ACROSS:
        tested[True].add(case.code)

    untested = [
        (rule.code, rule.across)
        for rule in RULES
        if not any(re.fullmatch(pattern_of(rule), code) for code in tested[rule.across])
    ]
    assert untested == []


def test_every_reference_to_another_sheet_has_a_case() -> None:
    codes = {
        f"{model.sheet.key}.{column.field.rpartition('_')[0]}.unknown"
        for model in TABLES
        for column in columns_by_field(model).values()
        if column.refers
    }

    assert len(codes) == 10
    assert codes - {case.code for case in CASES} == set()


def test_every_case_names_a_rule_that_exists() -> None:
    patterns = list(map(pattern_of, RULES))

    strange = [
        case.code
        for case in [*CASES, *ACROSS]
        if not any(re.fullmatch(pattern, case.code) for pattern in patterns)
    ]
    assert strange == []


def test_a_rule_says_in_its_docstring_what_it_looks_for() -> None:
    assert [rule.code for rule in RULES if not rule.check.__doc__] == []


def test_one_code_has_one_level() -> None:
    levels = defaultdict(set)
    for rule in RULES:
        levels[rule.code].add(rule.level)

    assert {code: found for code, found in levels.items() if len(found) > 1} == {}


def test_nobody_is_asked_for_an_assessment_that_is_filled_in() -> None:
    over = [
        change("pairing", 0, until=date(2026, 6, 1)),
        change("duty", 0, due_on=date(2026, 6, 1)),
    ]
    filled = add("completion", a_completion(pairing_id=code("J"), assessed_on=date(2026, 6, 2)))

    def advice(*edits):
        (finding,) = (f for f in judge([*over, *edits])[1] if f.code == "pairing.status.expired")
        return finding.suggestion

    assert advice() == "请填期满考核并将状态改为期满；续帮的请更新期满日期"
    prepared = dict.fromkeys(("assessed_on", "score", "rating", "conclusion"))
    blank = add("completion", a_completion(pairing_id=code("J"), **prepared))
    assert advice(blank) == advice()
    assert advice(filled) == "请将状态改为期满；续帮的请更新期满日期"


def test_a_mentee_left_behind_is_told_of_the_pairing_that_ended() -> None:
    ended = change("pairing", 0, status="终止", ended_on=date(2026, 6, 1), end_reason="导师调离")

    (finding,) = (f for f in judge([ended])[1] if f.code == "individual.status.unpaired")

    assert "没有正在帮带的结对（上一结对 J640402104-001 已终止）" in finding.message


def test_thousands_of_equal_rows_name_a_few_of_the_others_each() -> None:
    entries = [a_log_entry(1, log_id=code("R", 1)) for _ in range(3000)]

    _, findings = judge([lambda world: world.update(log=entries)])

    assert Counter(f.code for f in findings) == {
        "log.id.duplicate": 3000,
        "log.row.duplicate": 3000,
    }
    assert max(len(f.message) for f in findings) < 100
    first, last = findings[0], findings[-1]
    assert first.message == ("编号 R640402104-00001 重复，还出现在 A5、A6、A7、A8、A9等 2999 处")
    assert last.message.endswith("K4、K5、K6、K7、K8等 2999 处 完全相同")


def test_the_others_are_all_named_where_they_are_few() -> None:
    _, findings = judge([add("mentor", a_mentor(2), a_mentor(2))])

    assert [f.message.rpartition(" ")[2] for f in findings if f.code == "mentor.id.duplicate"] == [
        "A6、A7", "A5、A7", "A5、A6",
    ]  # fmt: skip


UNKNOWN = {
    "pairing.mentor.unknown": "导师编号 {} 不在导师库中。请核对编号，或先在导师库登记该导师",
    "pairing.mentee.unknown": "对象编号 {} 不在个人对象和组织对象中。请核对编号，或先登记该对象",
    "duty.pairing.unknown": "结对编号 {} 不在结对台账中。请核对结对编号",
    "log.pairing.unknown": "结对编号 {} 不在结对台账中。请核对结对编号，多个编号用顿号分开",
    "log.duty.unknown": "职责编号 {} 不在职责清单中。请核对职责编号，不能确定的可以留空，多个编号用顿号分开",
    "assessment.mentee.unknown": "对象编号 {} 不在个人对象和组织对象中。请核对编号，或先登记该对象",
    "conversion.mentee.unknown": "对象编号 {} 不在个人对象和组织对象中。请核对编号，或先登记该对象",
    "completion.pairing.unknown": "结对编号 {} 不在结对台账中。请核对结对编号",
    "misconduct.participant.unknown": "编号 {} 不是本台账的导师或对象。请核对编号",
    "exchange.reply.unknown": "回复编号 {} 不在交流园地中。请核对要答复的编号",
}


@pytest.mark.parametrize("wanted", UNKNOWN)
def test_an_unknown_reference_is_told_in_the_words_of_its_column(wanted: str) -> None:
    case = next(case for case in CASES if case.code == wanted)

    _, findings = judge(case.broken)

    said = [f for f in findings if f.code == wanted]
    assert said
    for finding in said:
        before, _, after = UNKNOWN[wanted].partition("{}")
        sentence = f"{finding.message}。{finding.suggestion}"
        assert sentence.startswith(before)
        assert sentence.endswith(after)
        assert sentence.removeprefix(before).removesuffix(after).strip() in finding.value


def test_an_unknown_reference_wins_over_what_else_is_wrong_with_its_cell() -> None:
    crowd = [a_pairing(n, mentor_id=code("D", 9), mentee_id=code("G", n)) for n in range(4, 11)]

    _, findings = judge([add("pairing", *crowd)])

    cells = {f.cell: f.code for f in findings if f.heading == "导师编号"}
    assert set(cells.values()) == {"pairing.mentor.unknown"}
