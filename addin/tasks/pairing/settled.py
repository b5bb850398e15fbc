"""Settle the fixed edges first: what is left open is a smaller problem without them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from addin.tasks.pairing.problem import BoolArray, IntArray, Problem

__all__ = ["Open", "covered", "ranks", "settle"]


@dataclass(frozen=True, slots=True)
class Open:
    """What is still to be decided once the undisputed fixed edges are kept.

    Attributes:
        kept: Per edge of the problem: fixed and undisputed, hence chosen.
        edge: Number in the problem of every open edge, ascending.
        mentor: Mentor of every open edge.
        mentee: Mentee of every open edge.
        worth: Score and bonus of every open edge.
        rank: Place of every open edge among all edges of its mentee, in mentor order, from 0.
        gain: Bit mask of every open edge: weak aspects still uncovered that its mentor is strong in.
        load: Load of every mentor with the kept edges.
        room: Places left with every mentor.
        full: Mentors with more fixed edges than room: only those are open, and all room is used.
        places: Mentors every mentee may still get.
        alone: Mentees who have nobody yet but might get somebody.
    """

    kept: BoolArray
    edge: IntArray
    mentor: IntArray
    mentee: IntArray
    worth: IntArray
    rank: IntArray
    gain: IntArray
    load: IntArray
    room: IntArray
    full: BoolArray
    places: IntArray
    alone: BoolArray


def settle(problem: Problem) -> Open:
    """Keep the fixed edges nobody disputes and say what remains open.

    A mentor with room for all their fixed edges keeps them all. One with more fixed edges than
    room fills every place with some of them, and which ones is left to the later stages: that is
    the most that can be kept, since no mentee refuses a fixed edge.
    """
    mentors, mentees = len(problem.load), len(problem.need)
    room = np.maximum(problem.hard - problem.load, 0)
    wanted = np.bincount(problem.mentor[problem.fixed], minlength=mentors)
    full = wanted > room
    kept = problem.fixed & ~full[problem.mentor]
    used = np.bincount(problem.mentor[kept], minlength=mentors)
    given = np.bincount(problem.mentee[kept], minlength=mentees)
    room -= used

    disputed = problem.fixed & full[problem.mentor] & (room[problem.mentor] > 0)
    places = np.maximum(problem.need - given, 0)
    free = ~problem.fixed & ~full[problem.mentor]
    free &= (room[problem.mentor] > 0) & (places[problem.mentee] > 0)
    places = np.maximum(places, np.bincount(problem.mentee[disputed], minlength=mentees))

    edge = np.flatnonzero(free | disputed)
    mentor, mentee = problem.mentor[edge], problem.mentee[edge]
    room = np.minimum(room, np.bincount(mentor, minlength=mentors))
    uncovered = problem.weak & ~covered(problem, kept)
    places = np.minimum(places, np.bincount(mentee, minlength=mentees))
    return Open(
        kept=kept,
        edge=edge,
        mentor=mentor,
        mentee=mentee,
        worth=problem.score[edge] + problem.kept[edge],
        rank=ranks(problem)[edge],
        gain=uncovered[mentee] & problem.strong[mentor],
        load=problem.load + used,
        room=room,
        full=full,
        places=places,
        alone=(given == 0) & (places > 0),
    )


def covered(problem: Problem, chosen: BoolArray) -> IntArray:
    """Return the bit mask of weak aspects every mentee's chosen mentors are strong in."""
    mentee = problem.mentee[chosen]
    team = np.zeros(len(problem.need), np.int64)
    if len(mentee):
        first = np.flatnonzero(np.diff(mentee, prepend=-1))
        strong = problem.strong[problem.mentor[chosen]]
        team[mentee[first]] = np.bitwise_or.reduceat(strong, first)
    return problem.weak & team


def ranks(problem: Problem) -> IntArray:
    """Return the place of every edge among the edges of its mentee, in mentor order, from 0."""
    first = np.searchsorted(problem.mentee, np.arange(len(problem.need)))
    return np.arange(len(problem.mentee)) - first[problem.mentee]
