"""Worker processes that have imported what they run before they start.

A command lets the server of its workers import what they need. Here one server starts those of
hundreds of commands: what the first had no need of, each later worker would import and work out again.
"""

from __future__ import annotations

from multiprocessing.context import BaseContext, ForkServerContext

from workbooks import workers

RUN_BY_WORKERS = (
    "addin.actions.consolidation.written", "addin.actions.exchange.package",
    "addin.actions.imports.sources", "addin.actions.parcels.examined",
    "addin.actions.parcels.judged", "addin.actions.validate",
)  # fmt: skip
"""The modules with functions that workers run."""

_ALSO = (
    "addin.actions.parcels.searched", "workbooks.raw.worker_preload", "workbooks.workers",
    "tests.support.warm_worker",
)  # fmt: skip
_own_context = workers._context


def ready_workers() -> None:
    """Let all workers from now on start so."""
    workers._context = _context


def _context(module: str) -> BaseContext:
    context = _own_context(module)
    if isinstance(context, ForkServerContext):
        context.set_forkserver_preload([*RUN_BY_WORKERS, *_ALSO, module])
    return context
