"""The solvers alone: what `solve` asked OR-tools and scipy, asked again on the same arrays.

Only the calls that solve are timed, neither writing a network or a programme nor reading it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from addin.domain.pairing import min_cost_flow, teams
from addin.domain.pairing.problem import Problem
from addin.domain.pairing.solve import solve

_FLOWS = {"SimpleMaxFlow": SimpleMaxFlow, "SimpleMinCostFlow": SimpleMinCostFlow}


class _Watched:
    """A network of OR-tools that notes how it was built and asked to be solved."""

    def __init__(self, kind: type[Any]) -> None:
        self.kind, self.network = kind, kind()
        self.built: list[tuple[str, tuple[Any, ...]]] = []
        self.asked: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.network, name)
        if name == "solve":
            return self._solve
        if not name.startswith(("add_", "set_")):
            return attribute

        def build(*arrays: Any) -> Any:
            self.built.append((name, arrays))
            return attribute(*arrays)

        return build

    def _solve(self, *arguments: Any) -> Any:
        self.asked = arguments
        return self.network.solve(*arguments)

    def seconds(self) -> float:
        network = self.kind()
        for name, arrays in self.built:
            getattr(network, name)(*arrays)
        return _timed(network.solve, *self.asked)


@dataclass
class Bare:
    """All the solver calls one problem needed."""

    networks: list[_Watched] = field(default_factory=list)
    programmes: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = field(
        default_factory=list
    )

    @classmethod
    def of(cls, problem: Problem) -> Bare:
        """Solve the problem once and note the calls."""
        bare = cls()
        with bare._watching():
            solve(problem)
        return bare

    def seconds(self) -> float:
        """Make the calls again and return how long they took."""
        return sum(network.seconds() for network in self.networks) + sum(
            _timed(call, *arguments, **options) for call, arguments, options in self.programmes
        )

    @contextmanager
    def _watching(self) -> Iterator[None]:
        flows = {name: self._network(kind) for name, kind in _FLOWS.items()}
        calls = {name: self._programme(getattr(teams, name)) for name in ("linprog", "milp")}
        with patch.multiple(min_cost_flow, **flows), patch.multiple(teams, **calls):
            yield

    def _network(self, kind: type[Any]) -> Callable[[], _Watched]:
        def watched() -> _Watched:
            self.networks.append(_Watched(kind))
            return self.networks[-1]

        return watched

    def _programme(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            self.programmes.append((call, arguments, options))
            return call(*arguments, **options)

        return watched


def _timed(call: Callable[..., Any], *arguments: Any, **options: Any) -> float:
    started = time.perf_counter()
    call(*arguments, **options)
    return time.perf_counter() - started
