"""Sample ledgers on real places with invented people, and the truth about them.

The truth is written from values before they are corrupted and shares no code with the rules it
tests: samples import the sheets, the vocabulary and the divisions only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from workbooks.samples.township import Order, chosen_units, deliver, make_world
from workbooks.samples.truth import SampleLedger, SampleTruth, gather

__all__ = ["SampleTruth", "clean_rows", "write_samples"]


def write_samples(  # noqa: PLR0913  # the command's options
    out: Path,
    *,
    townships: int = 65,
    log_rows: int = 3000,
    error_rate: float = 0.03,
    seed: int = 7,
    as_of: date,
    struggling: bool = True,
    progress: Callable[[int, int, str], None] | None = None,
    jobs: int = 1,
) -> SampleTruth:
    """Write one ledger per township, `truth.json` and `truth_rows.jsonl` to `out`.

    Args:
        out: Folder; made where it is missing.
        townships: How many of Guyuan's 65 townships, taken from the counties in turn.
        log_rows: Log entries per ledger; a short log has fewer people, too.
        error_rate: Share of all rows in which an error is planted.
        seed: The same arguments give the same bytes, whatever `jobs` is.
        as_of: The day the year of records ends on.
        struggling: Whether to plant mentees whose help is failing.
        progress: Called with files done, files in all and the file's name once it is written.
        jobs: Processes.

    Returns:
        What `truth.json` holds.
    """
    out.mkdir(parents=True, exist_ok=True)
    codes = [unit.code for unit in chosen_units(townships)]
    neighbours = [codes[n - 1] if len(codes) > 1 else "" for n in range(len(codes))]
    orders = [
        (out, Order(code, neighbours[n], n, seed, as_of, log_rows, error_rate, struggling))
        for n, code in enumerate(codes)
    ]
    delivered: list[SampleLedger] = []
    with (out / "truth_rows.jsonl").open("w", encoding="utf-8", newline="\n") as lines:
        for done in _run(orders, jobs):
            lines.write(done.rows)
            done.rows = ""
            delivered.append(done)
            if progress:
                progress(len(delivered), len(orders), done.file)
    truth = gather(as_of, delivered)
    (out / "truth.json").write_text(truth.json(), encoding="utf-8")
    return truth


def _run(orders: list[tuple[Path, Order]], jobs: int) -> Any:
    if jobs <= 1:
        yield from map(deliver, orders)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(deliver, orders)


def clean_rows(
    unit_code: str, *, seed: int, as_of: date, log_rows: int
) -> dict[str, list[dict[str, Any]]]:
    """Return the error-free rows of one ledger: sheet key → rows of field → value."""
    order = Order(unit_code, "", 0, seed, as_of, log_rows, 0.0)
    world, _ = make_world(order)
    return {sheet: [dict(e.values) for e in entries] for sheet, entries in world.rows.items()}
