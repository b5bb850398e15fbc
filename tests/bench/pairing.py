"""Speed, proof and quality of pairing, from one township to a province.

    python -m tests.bench.pairing [--sizes township county city province] [--rounds N]
                                  [--rivals] [--all-pairs] [--seed 7]

1. Speed: seconds of scoring, choosing candidates and solving; the solvers alone on the same arrays
   (`tests/bench/bare.py`) in the same rounds; what is proven.
2. Growth: time and edges from size to size.
3. `--all-pairs`: what choosing candidates costs against letting the solver see every pair (4 GB at
   city size).
4. `--rivals`: other ways to pair the same people (`tests/bench/pairing_rivals.py`).
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import ortools
import scipy

from addin.domain.pairing.candidates import all_pairs
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import COVERED, SERVED, WORTH
from addin.domain.pairing.solve import Plan, make_plan, problem_of, solve
from tests.bench.bare import Bare
from tests.bench.pairing_rivals import rivals_table
from tests.bench.pools import SIZES, Size, pools_of

ROUNDS = {"township": 21, "county": 11, "city": 5, "province": 3, "province with teams": 3}
STEPS = ("scoring", "candidates", "solve")
MOST_PAIRS = 20_000_000
"""Largest size at which the solver is shown every pair."""


@dataclass(frozen=True)
class Speed:
    """One kind of mentee, or both together, in medians over the rounds.

    Attributes:
        kind: Who is paired.
        edges: Candidates.
        steps: Seconds of scoring, candidates, solve.
        bare: Seconds of the solvers alone.
        ratio: Median of total ÷ bare of the same round; `lowest` and `highest` are its range.
        gap: The largest gap of any stage.
    """

    kind: str
    edges: int
    steps: tuple[float, ...]
    bare: float
    ratio: float
    lowest: float
    highest: float
    gap: float

    @property
    def total(self) -> float:
        return sum(self.steps)

    @classmethod
    def of(cls, kind: str, plans: Sequence[Plan], rounds: Sequence[Round]) -> Speed:
        ratios = [sum(one.steps) / one.bare for one in rounds]
        return cls(
            kind,
            sum(len(plan.problem.mentor) for plan in plans),
            tuple(
                statistics.median(steps)
                for steps in zip(*(one.steps for one in rounds), strict=True)
            ),
            statistics.median(one.bare for one in rounds),
            statistics.median(ratios),
            min(ratios),
            max(ratios),
            max(stage.gap for plan in plans for stage in plan.solution.stages),
        )

    def line(self, size: Size) -> str:
        steps = " | ".join(f"{seconds:.4f}" for seconds in self.steps)
        return (
            f"| {size.name} {size.people} | {self.kind} | {self.edges:,} | {steps} "
            f"| {self.total:.4f} | {self.bare:.4f} | {self.ratio:.2f} "
            f"| {self.lowest:.2f}–{self.highest:.2f} | {self.gap:.4%} "
            f"| {self.total / self.edges * 1e6:.2f} |"
        )


@dataclass(frozen=True)
class Round:
    """Seconds of our steps and of the solvers alone."""

    steps: tuple[float, ...]
    bare: float

    def __add__(self, other: Round) -> Round:
        steps = tuple(a + b for a, b in zip(self.steps, other.steps, strict=True))
        return Round(steps, self.bare + other.bare)


def measured(pools: Sequence[Pool], rounds: int) -> tuple[list[Plan], list[Speed]]:
    """Plan every pool `rounds` times after one unmeasured time, the solvers alone in between.

    Every other round begins with the solvers alone.
    """
    plans = [make_plan(pool, solve) for pool in pools]
    bares = [Bare.of(plan.problem) for plan in plans]
    found: list[list[Round]] = [[] for _ in pools]
    for number in range(rounds):
        for pool, bare, own in zip(pools, bares, found, strict=True):
            before = bare.seconds() if number % 2 else None
            seconds = make_plan(pool, solve).seconds
            alone = bare.seconds() if before is None else before
            own.append(Round(tuple(seconds[step] for step in STEPS), alone))
    speeds = [
        Speed.of("organisations" if plan.pool.organisations else "individuals", [plan], own)
        for plan, own in zip(plans, found, strict=True)
    ]
    if len(plans) > 1:
        both = [first + second for first, second in zip(*found, strict=True)]
        speeds.append(Speed.of("both", plans, both))
    return plans, speeds


def speed_table(speeds: dict[Size, list[Speed]]) -> str:
    lines = [
        "| size | kind | edges | scoring s | candidates s | solve s | total s | solver alone s "
        "| ratio | range | largest gap | µs per edge |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [one.line(size) for size, found in speeds.items() for one in found]
    return "\n".join(lines)


def growth_table(speeds: dict[Size, list[Speed]]) -> str:
    lines = ["| from | to | kind | edges × | time × | time per edge × |"]
    lines.append("| --- | --- | --- | ---: | ---: | ---: |")
    for kind in ("individuals", "organisations", "both"):
        sizes = [(s.name, one) for s, found in speeds.items() for one in found if one.kind == kind]
        for (before, small), (after, large) in pairwise(sizes):
            if large.edges < small.edges:  # the same people with and without teams
                continue
            edges, seconds = large.edges / small.edges, large.total / small.total
            lines.append(
                f"| {before} | {after} | {kind} | {edges:.2f} | {seconds:.2f} "
                f"| {seconds / edges:.2f} |"
            )
    return "\n".join(lines)


@dataclass(frozen=True)
class Loss:
    """What the plan among candidates reaches against the plan among all pairs."""

    kind: str
    edges: int
    pairs: int
    few: dict[str, int]
    every: dict[str, int]
    gap: float
    seconds: float

    @classmethod
    def of(cls, plan: Plan) -> Loss:
        every = problem_of(plan.pool, all_pairs(plan.pool))
        started = time.perf_counter()
        best = solve(every, time_limit=900)
        return cls(
            "organisations" if plan.pool.organisations else "individuals",
            len(plan.problem.mentor),
            len(every.mentor),
            {stage.name: stage.objective for stage in plan.solution.stages},
            {stage.name: stage.objective for stage in best.stages},
            max(stage.gap for stage in best.stages),
            time.perf_counter() - started,
        )

    @property
    def share(self) -> float:
        return 1 - self.few[WORTH] / self.every[WORTH]

    def line(self, size: Size) -> str:
        served, covered = (f"{self.few[s]:,} / {self.every[s]:,}" for s in (SERVED, COVERED))
        return (
            f"| {size.name} | {self.kind} | {self.edges:,} / {self.pairs:,} | {served} "
            f"| {covered} | {self.few[WORTH] / 1e4:,.2f} / {self.every[WORTH] / 1e4:,.2f} "
            f"| {self.share:.4%} | {self.gap:.4%} | {self.seconds:.1f} |"
        )


def losses_table(plans: dict[Size, list[Plan]]) -> str:
    lines = [
        "| size | kind | candidates / all pairs | served | weak aspects covered | total score "
        "| loss | gap of all pairs | seconds of all pairs |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for size, made in plans.items():
        if size.mentors * (size.individuals + size.organisations) <= MOST_PAIRS:
            lines += [Loss.of(plan).line(size) for plan in made]
    return "\n".join(lines)


def tables(
    sizes: Sequence[Size], rounds: int | None, *, rivals: bool, every: bool, seed: int
) -> Iterator[str]:
    """Yield the tables as Markdown, each with its heading."""
    speeds: dict[Size, list[Speed]] = {}
    plans: dict[Size, list[Plan]] = {}
    for size in sizes:
        plans[size], speeds[size] = measured(pools_of(size, seed), rounds or ROUNDS[size.name])
    yield "Speed and proof\n\n" + speed_table(speeds)
    yield "Growth\n\n" + growth_table(speeds)
    if every:
        yield "Candidates against all pairs\n\n" + losses_table(plans)
    if rivals:
        for size in (size for size in sizes if size.name in ("township", "county", "city")):
            for plan in plans[size]:
                kind = "organisations" if plan.pool.organisations else "individuals"
                yield f"Rivals: {size.name}, {kind}\n\n" + rivals_table(plan)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    names = [name for name in SIZES if " " not in name]
    parser.add_argument("--sizes", nargs="+", choices=names, default=names[:3])
    parser.add_argument("--rounds", type=int, help="measured rounds (default: more for less)")
    parser.add_argument("--rivals", action="store_true", help="other ways to pair them, too")
    parser.add_argument("--all-pairs", action="store_true", help="the loss by choosing candidates")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    sizes = [size for name, size in SIZES.items() if name.split()[0] in asked.sizes]
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"OR-tools {ortools.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    for table in tables(
        sizes, asked.rounds, rivals=asked.rivals, every=asked.all_pairs, seed=asked.seed
    ):
        print(f"\n{table}", flush=True)


if __name__ == "__main__":
    main()
