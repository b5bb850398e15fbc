"""Find the optimum over all pairs from a plan of a few candidates, and say what these lost.

    python -m tests.bench.all_pairs 3000 6000

All pairs of a city are too many for the solver (18 million), but not for its prices: of an optimal
flow over some pairs every mentor has a price, what one place more with them would be worth. Every
mentee's best score after prices, plus all prices, bounds the total of every plan over all pairs
(linear programming duality; Ahuja, Magnanti & Orlin, Network Flows, ch. 9). Pairs that beat a
mentee's own after prices are added and solved again until plan and bound meet (column generation).
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np

from addin.domain.pairing.candidates import Edges, add_edges, candidates
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import BoolArray, IntArray, Problem
from addin.domain.pairing.scores import Scale, principle_scores, total_scores
from addin.domain.pairing.solve import problem_of, solve
from tests.addin.domain.pairing.pools import a_pool

_EACH = 10
"""Pairs added for a mentee and round."""
_ROWS = 200
"""Mentees scored against everybody at once."""


class Loss(NamedTuple):
    """Total scores x 10^4: of the candidates, of the best plan found, and the bound on any plan."""

    candidates: int
    best: int
    bound: int

    @property
    def share(self) -> float:
        """Return the most that the candidates can have lost, as a share of the bound."""
        return (self.bound - self.candidates) / self.bound


def loss_of_candidates(pool: Pool, edges: Edges | None = None, *, rounds: int = 12) -> Loss:
    """Return what choosing candidates loses against all pairs.

    Args:
        pool: Individuals who want one mentor each, without known_pairs, with places enough for
            all.
        edges: The candidates; those of `candidates` if None.
        rounds: How often pairs are added at most; two or three nearly always do.
    """
    edges = edges or candidates(pool)
    first = 0
    for turn in range(rounds):
        problem = problem_of(pool, edges)
        chosen = solve(problem).chosen
        total = int(problem.score[chosen].sum())
        first = first if turn else total
        price = _prices(problem, chosen)
        mentor, mentee, bound = _priced(pool, problem, price)
        if bound <= total:
            break
        edges = add_edges(pool, edges, mentor, mentee)
    return Loss(first, total, bound)


def _prices(problem: Problem, chosen: BoolArray) -> IntArray:
    """Return the least prices under which nobody prefers another candidate to their mentor.

    Prices rise from 0 until they hold (Bellman-Ford on the residual network).
    """
    holder = np.full(len(problem.demand), -1)
    own = np.zeros(len(problem.demand), np.int64)
    holder[problem.mentee[chosen]] = problem.mentor[chosen]
    own[problem.mentee[chosen]] = problem.score[chosen]
    rival = np.flatnonzero(~chosen)
    mentor, mentee = problem.mentor[rival], problem.mentee[rival]
    gain = problem.score[rival] - own[mentee]
    price = np.zeros(len(problem.load), np.int64)
    while True:
        raised = price.copy()
        np.maximum.at(raised, mentor, price[holder[mentee]] + gain)
        if np.array_equal(raised, price):
            return price
        price = raised


def _priced(pool: Pool, problem: Problem, price: IntArray) -> tuple[IntArray, IntArray, int]:
    """Return every mentee's best pairs after prices (mentors, mentees), and the bound."""
    usable = np.flatnonzero(pool.mentors.usable)
    places = np.clip(problem.limit - problem.load, 0, None)[usable]
    bound = int((places * price[usable]).sum())
    mentors, mentees = [], []
    for start in range(0, len(problem.demand), _ROWS):
        who = np.arange(start, min(start + _ROWS, len(problem.demand)))
        pairs = np.tile(usable, len(who)), np.repeat(who, len(usable))
        score = total_scores(principle_scores(pool, *pairs), Scale.of(pool.settings))
        left = score.reshape(len(who), -1) - np.where(places > 0, price[usable], 10**9)
        bound += int(left.max(axis=1).sum())
        top = np.argpartition(-left, _EACH, axis=1)[:, :_EACH]
        mentors.append(usable[top].ravel())
        mentees.append(np.repeat(who, _EACH))
    return np.concatenate(mentors), np.concatenate(mentees), bound


def main() -> None:
    """Print the loss at the size given."""
    mentors, mentees = map(int, sys.argv[1:3])
    for busy in (0.0, 0.1, 0.3):
        loss = loss_of_candidates(a_pool(mentors, mentees, busy=busy))
        print(f"{busy:.0%} of places taken: {loss}, at most {loss.share:.4%} lost")


if __name__ == "__main__":
    main()
