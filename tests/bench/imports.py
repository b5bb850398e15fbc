"""Papers of townships: how many of their columns are mapped right, by layout.

Of wordings held back from whoever writes the reader, and of late ones, only counts are shown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.layouts.layout import GROUPS, Layout
from tests.imports.reading import score_disturbed, score_wordings
from tests.imports.scoring import Score, Verdict

HEAD = (
    "| row | layout | wordings | columns | right | asked | rightly asked | wrong | lost | records |"
    " rows beside | cells missed |\n| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    " ---: | ---: | ---: |"
)


def main(arguments: Iterable[str]) -> None:
    """Print a line a layout, and the totals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--disturbed", type=int, default=2, help="untidy files a wording")
    parser.add_argument("--seed", type=int, default=3, help="another township's people")
    parser.add_argument("--why", action="store_true", help="say which column went where")
    parser.add_argument("--out", type=Path, help="write to a file instead")
    options = parser.parse_args(list(arguments))
    lines, remarks = [HEAD], []
    totals = {name: Score() for name in (*GROUPS, "disturbed")}
    for layout in LAYOUTS.values():
        for name, result in _scores(layout, options.disturbed, options.seed):
            totals[name] += result
            lines.append(_line(str(layout.row), layout.name, name, result))
            if name in ("shown", "disturbed"):
                remarks += [f"{layout.name} [{name}] {remark}" for remark in result.remarks]
    lines += [_line("", "all", name, result) for name, result in totals.items()]
    text = "\n".join([time.strftime("%H:%M"), *lines, *(remarks if options.why else [])]) + "\n"
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _scores(layout: Layout, rounds: int, seed: int) -> Iterable[tuple[str, Score]]:
    for group in GROUPS:
        yield group, score_wordings(layout, group, seed)
    yield "disturbed", score_disturbed(layout, rounds)


def _line(row: str, layout: str, wordings: str, result: Score) -> str:
    counts = [result.verdicts[verdict] for verdict in Verdict]
    right, asked, doubted, wrong, lost = counts
    cells = (
        row, layout, wordings, result.columns, f"{right} ({result.right:.1%})", asked, doubted,
        f"{wrong} ({result.wrong:.1%})", lost, f"{result.kept}/{result.records}", result.phantoms,
        result.unaccounted,
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main(sys.argv[1:])
