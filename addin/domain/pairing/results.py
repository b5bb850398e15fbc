"""What pairing answers: pairs, who got nobody, what moved, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addin.domain.pairing.problem import WORTH, Stage
from addin.domain.pairing.scores import PRINCIPLES
from addin.domain.pairing.solve import Plan
from validators.vocabulary import Decision, Mode, Opinion, PairingPath


@dataclass(frozen=True, slots=True)
class Scores:
    """The five principles' scores of a pair, each 0–1."""

    same_field: float
    nearness: float
    strength: float
    willing: float
    planned: float

    def by_name(self) -> dict[str, float]:
        """Return the scores by the principles' Chinese names."""
        values = (self.same_field, self.nearness, self.strength, self.willing, self.planned)
        return {name: round(v, 4) for name, v in zip(PRINCIPLES, values, strict=True)}


@dataclass(frozen=True, slots=True)
class SuggestedPair:
    """One row of 结对建议.

    Attributes:
        file: The mentee's workbook, where the row belongs.
        total: Weighted total, 0–1, four decimals.
        kept: Whether the pair stood in the draft before, or runs already and was reopened.
        mode: None for a row that is only kept for the clerk's words, see `Suggestions.set_aside`.
    """

    mentor_id: str
    mentee_id: str
    mentor_name: str
    mentee_name: str
    file: str
    scores: Scores
    total: float
    mode: Mode | None
    path: PairingPath | None
    reason: str
    decision: Decision | None = None
    mentor_opinion: Opinion | None = None
    mentee_opinion: Opinion | None = None
    remark: str | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A waiting mentee who gets nobody, and why."""

    mentee_id: str
    mentee_name: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What moved for one mentee between the draft in the ledger and this plan."""

    mentee_id: str
    before: str | None
    after: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Pairs a clerk can defend.

    Attributes:
        pairs: Suggested pairs by mentee ID and mentor ID, individuals first.
        unmatched: Waiting mentees without a suggestion.
        changes: The difference between the last draft and this plan.
        set_aside: Rows of the last draft that are not suggested any more although the clerk wrote
            on them (refusals among them): kept, so that they are not forgotten.
        stages: What is proven of each stage, individuals first.
        seconds: Time by step: scoring, candidates, solve.
        warnings: What was left out or could not be kept.
        plans: The plan of individuals and that of organisations, for explanations.
    """

    pairs: tuple[SuggestedPair, ...]
    unmatched: tuple[Unmatched, ...]
    changes: tuple[Change, ...]
    set_aside: tuple[SuggestedPair, ...]
    stages: tuple[Stage, ...]
    seconds: dict[str, float]
    warnings: tuple[str, ...]
    plans: tuple[Plan, Plan]

    @property
    def follows_draft(self) -> bool:
        """Return whether an earlier draft was there, so that changes are news."""
        before = any(change.before for change in self.changes)
        return before or bool(self.set_aside) or any(pair.kept for pair in self.pairs)

    @property
    def objective(self) -> int:
        """Return the total score of all pairs x 10^4, with the bonus for keeping the draft."""
        return sum(stage.objective for stage in self.stages if stage.name == WORTH)

    @property
    def bound(self) -> float:
        """Return the total that no plan as good in the upper stages can pass."""
        return sum(stage.bound for stage in self.stages if stage.name == WORTH)

    @property
    def gap(self) -> float:
        """Return the largest gap of any stage; 0 when everything is proven optimal."""
        return max((stage.gap for stage in self.stages), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai pair --json` prints."""
        return {
            "suggestions": [
                {
                    "mentor_id": pair.mentor_id,
                    "mentee_id": pair.mentee_id,
                    "scores": pair.scores.by_name(),
                    "total": pair.total,
                    "mode": pair.mode,
                    "path": pair.path,
                    "reason": pair.reason,
                }
                for pair in self.pairs
            ],
            "unmatched": [
                {"mentee_id": one.mentee_id, "reason": one.reason} for one in self.unmatched
            ],
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
        }
