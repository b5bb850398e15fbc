"""“两个带头人”: who moved between the two leaders, on what evidence, and how often that succeeds.

A mentee's **path** is the stages it is known to have been in, in order: 原阶段 and 新阶段 of each
accepted conversion up to the as-of date by day, or 培养阶段 alone where there is none. The
**conversion rate** of a route A→B is, of the mentees whose path holds A, the share whose path holds
B after A; for 致富带头人→后备干部 those count, too, who went on or straight to 村党组织带头人. Mentees
who left (退出) stay in: they were tried. A mentee belongs to the unit its ID names.

**People led** and **income raised** are those of each mentee's latest conversion that states them:
earlier ones tell of the same people. A unit's 人均增收 is the mean weighted by 带动人数.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

from addin.domain.summaries import Sums
from validators import vocabulary
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.sheets import ConversionRow, IndividualRow


class Route(NamedTuple):
    """A way from one stage to another; reaching a stage beyond counts, too."""

    name: str
    start: vocabulary.Stage
    goals: frozenset[vocabulary.Stage]

    def is_completed_by(self, path: tuple[vocabulary.Stage, ...]) -> bool:
        """Return whether some stages in order hold a goal after the start."""
        return self.start in path and not self.goals.isdisjoint(path[path.index(self.start) :])


_TOP = vocabulary.Stage.VILLAGE_LEADER
ROUTES = (
    Route(
        "致富带头人→后备干部",
        vocabulary.Stage.PROSPERITY_LEADER,
        frozenset({vocabulary.Stage.RESERVE_CADRE, _TOP}),
    ),
    Route("后备干部→村党组织带头人", vocabulary.Stage.RESERVE_CADRE, frozenset({_TOP})),
    Route("致富带头人→村党组织带头人", vocabulary.Stage.PROSPERITY_LEADER, frozenset({_TOP})),
    Route("村党组织带头人→致富带头人", _TOP, frozenset({vocabulary.Stage.PROSPERITY_LEADER})),
)
"""Both directions, the steps and the whole way."""


class StageStep(NamedTuple):
    """One accepted conversion; `row` is its row in the conversions' table."""

    day: date
    row: int
    before: vocabulary.Stage | None
    after: vocabulary.Stage | None
    document: str | None
    people_led: int | None
    income_gain: float | None


@dataclass(frozen=True, slots=True)
class StageHistory:
    """One individual's way between the stages.

    Attributes:
        typed: 培养阶段 as the individual's row has it.
        steps: Conversions by day, then in sheet order.
    """

    mentee_id: str
    name: str | None
    typed: vocabulary.Stage | None
    steps: tuple[StageStep, ...]

    @property
    def stage(self) -> vocabulary.Stage | None:
        """Return the stage now: that of the last conversion, else as typed."""
        return self.steps[-1].after if self.steps else self.typed

    @property
    def path(self) -> tuple[vocabulary.Stage, ...]:
        """Return the stages in order; a stage that stays the same stands once."""
        if not self.steps:
            return (self.typed,) if self.typed else ()
        stages = chain.from_iterable((step.before, step.after) for step in self.steps)
        passed = [stage for stage in stages if stage is not None]
        pairs = zip([None, *passed], passed, strict=False)
        return tuple(stage for before, stage in pairs if stage is not before)

    @property
    def result(self) -> StageStep | None:
        """Return the latest conversion that states people led or income raised."""
        return next(
            (
                step
                for step in reversed(self.steps)
                if step.people_led is not None or step.income_gain is not None
            ),
            None,
        )

    def completed(self, route: Route) -> bool:
        """Return whether the path holds a goal of the route after its start."""
        return route.is_completed_by(self.path)


@dataclass(frozen=True, slots=True)
class LeaderFigures(Sums):
    """What one unit's histories count; `+` adds two.

    Attributes:
        entered: Mentees whose path holds the start, by route.
        completed: Those of them whose path holds a goal after it.
        stages: Mentees by stage now.
        people_led: Sum of 带动人数.
        raised_people: 带动人数 of those results that state 人均增收, too.
        raised_total: Sum of their 带动人数 × 人均增收 in yuan.
    """

    entered: tuple[int, ...] = (0,) * len(ROUTES)
    completed: tuple[int, ...] = (0,) * len(ROUTES)
    stages: tuple[int, ...] = (0,) * len(vocabulary.Stage)
    people_led: int = 0
    raised_people: int = 0
    raised_total: float = 0

    def rate(self, route: Route) -> float | None:
        """Return completed ÷ entered of a route, None where nobody entered."""
        at = ROUTES.index(route)
        return self.completed[at] / self.entered[at] if self.entered[at] else None

    @property
    def income_gain(self) -> float | None:
        """Return 人均增收 in yuan, weighted by 带动人数."""
        return self.raised_total / self.raised_people if self.raised_people else None

    @classmethod
    def of(cls, history: StageHistory) -> LeaderFigures:
        """Count one history."""
        path, stage, result = history.path, history.stage, history.result
        led = (result.people_led or 0) if result else 0
        gain = result.income_gain if result else None
        return cls(
            tuple([int(route.start in path) for route in ROUTES]),
            tuple([int(route.is_completed_by(path)) for route in ROUTES]),
            tuple([int(stage is each) for each in vocabulary.Stage]),
            led,
            led if gain is not None else 0,
            led * gain if gain is not None else 0,
        )


@dataclass(frozen=True, slots=True)
class Leaders:
    """Stage histories and their figures by 9-digit unit code."""

    histories: tuple[StageHistory, ...] = ()
    units: Mapping[str, LeaderFigures] = field(default_factory=dict)

    def county(self, code: str) -> LeaderFigures:
        """Return the figures of a county (`code` 6 digits)."""
        return LeaderFigures.added(f for unit, f in self.units.items() if unit[:6] == code)

    def total(self) -> LeaderFigures:
        """Return the figures of all units."""
        return LeaderFigures.added(self.units.values())


def leaders(ledger: Ledger, as_of: date) -> Leaders:
    """Follow every individual who is or was in training, and add them up by unit."""
    trained = tuple(
        history
        for history in histories(ledger, as_of)
        if set(history.path) - {vocabulary.Stage.NONE}
    )
    units: dict[str, LeaderFigures] = defaultdict(LeaderFigures)
    for history in trained:
        units[unit_of(history.mentee_id)] += LeaderFigures.of(history)
    return Leaders(trained, dict(sorted(units.items())))


def histories(ledger: Ledger, as_of: date) -> tuple[StageHistory, ...]:
    """Return the history of every accepted individual whose ID stands once, in sheet order."""
    table, steps = ledger.table(IndividualRow), _steps(ledger, as_of)
    names, stages = table.column("name"), table.column("stage")
    return tuple(
        StageHistory(mentee, names[row], stages[row], steps.get(mentee, ()))
        for mentee, row in table.accepted_by_id.items()
    )


def _steps(ledger: Ledger, as_of: date) -> dict[str, tuple[StageStep, ...]]:
    names = (
        "mentee_id", "date", "from_stage", "to_stage", "document", "people_led", "income_gain",
    )  # fmt: skip
    steps: dict[str, list[StageStep]] = defaultdict(list)
    for row, (mentee, day, *facts) in ledger.table(ConversionRow).accepted_rows(*names):
        if day <= as_of:
            steps[mentee].append(StageStep(day, row, *facts))
    return {
        mentee: tuple(sorted(some, key=lambda step: step[:2])) for mentee, some in steps.items()
    }
