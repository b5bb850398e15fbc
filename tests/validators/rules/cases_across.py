"""Cases of the rules that compare workbooks: `own` is 开城镇's, `other` a neighbour's."""

from __future__ import annotations

from datetime import date

from tests.build import OTHER_UNIT, a_mentor, a_pairing, add, an_individual, change, code
from tests.validators.rules.case import ERROR, NOTICE, WARNING, AcrossCase

ELSEWHERE = code("D", 1, OTHER_UNIT)


def _six_for_one_mentor(own: int):
    """Return edits of both workbooks that give the neighbour's mentor 1 six mentees in all."""
    there = range(3, 8 - own)
    here = range(3, 3 + own)
    return (
        [
            add("individual", *(an_individual(n) for n in here)),
            add(
                "pairing",
                *(
                    a_pairing(n + 1, mentor_id=ELSEWHERE, mentee_id=code("G", n), mode="一对多")
                    for n in here
                ),
            ),
        ],
        [
            change("pairing", 0, mode="一对多"),
            change("mentor", 0, capacity=5),
            add("individual", *(an_individual(n, unit=OTHER_UNIT) for n in there)),
            add(
                "pairing",
                *(
                    a_pairing(
                        n + 1, unit=OTHER_UNIT, mentee_id=code("G", n, OTHER_UNIT), mode="一对多"
                    )
                    for n in there
                ),
            ),
        ],
    )


def _one_less(edits):
    own, other = edits
    return own, [*other, change("pairing", 0, status="终止", end_reason="调离"),
                 change("individual", 0, status="退出")]  # fmt: skip


def _helped_from_elsewhere(mode: str):
    return change("pairing", 0, mentor_id=ELSEWHERE, mode=mode)


CASES = [
    AcrossCase(
        "pairing.mode.elsewhere",
        NOTICE,
        ([_helped_from_elsewhere("一对一")], []),
        ["own:pairing[0].mode", "other:pairing[0].mode"],
        ([_helped_from_elsewhere("一对多")], [change("pairing", 0, mode="一对多")]),
    ),
    AcrossCase(
        "pairing.mode.elsewhere",
        NOTICE,
        ([change("pairing", 0, mode="一对多")], []),
        ["own:pairing[0].mode"],
        ([], []),
    ),
    AcrossCase(
        "mentor.person.duplicate",
        WARNING,
        (
            [add("mentor", a_mentor(3, name="李建国辉"))],
            [add("mentor", a_mentor(3, unit=OTHER_UNIT))],
        ),
        ["own:mentor[2].name", "other:mentor[2].name"],
        (
            [add("mentor", a_mentor(3, name="李建国辉", born=date(1976, 6, 1)))],
            [add("mentor", a_mentor(3, unit=OTHER_UNIT))],
        ),
    ),
    AcrossCase(
        "mentor.person.duplicate",
        WARNING,
        (
            [add("mentor", a_mentor(3, name="李建国辉"))],
            [add("mentor", a_mentor(3, unit=OTHER_UNIT))],
        ),
        ["own:mentor[2].name", "other:mentor[2].name"],
        (
            [add("mentor", a_mentor(3, name="李建国辉"))],
            [add("mentor", a_mentor(3, unit=OTHER_UNIT, remark="不是同一人"))],
        ),
    ),
    AcrossCase(
        "pairing.mentor.unknown",
        ERROR,
        ([change("pairing", 2, mentor_id=code("D", 9, OTHER_UNIT))], []),
        ["own:pairing[2].mentor_id"],
        ([change("pairing", 2, mentor_id=ELSEWHERE)], []),
    ),
    AcrossCase(
        "pairing.mentor.unknown",  # near: the mentor's ledger was not delivered
        ERROR,
        ([change("pairing", 2, mentor_id=code("D", 77, OTHER_UNIT))], []),
        ["own:pairing[2].mentor_id"],
        ([change("pairing", 2, mentor_id=code("D", 9, "640402106"))], []),
    ),
    AcrossCase(
        "mentor.load.exceeded",
        ERROR,
        _six_for_one_mentor(2),
        # the mentor's own unit has no more than it may: only the others' pairings are too many
        ["own:pairing[3].mentor_id", "own:pairing[4].mentor_id"],
        _one_less(_six_for_one_mentor(2)),
    ),
]
