"""Measure the size and shape of the product's code: `python -m tests.bench.house [CHECKOUT…]`.

Prints one Markdown table with a column per checkout, so that two states of the repository can be
compared: unpack the older one with `git worktree add` or `git archive`.
"""

from __future__ import annotations

import argparse
import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
ROOMS = ("addin", "validators", "workbooks")
FIRST_PARTY = (*ROOMS, "tests")


@dataclass(frozen=True)
class Module:
    """One Python file of the product.

    Attributes:
        path: Where it lies, from the checkout's top.
        text: Its source.
    """

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The name it is imported by; a package's front has the package's."""
        return ".".join(self.path.with_suffix("").parts).removesuffix(".__init__")

    @property
    def folder(self) -> Path:
        """The folder it lies in."""
        return self.path.parent

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """The number of its lines, blank ones and comments included."""
        return len(self.text.splitlines())

    @property
    def import_lines(self) -> int:
        """The number of its lines that import, or say in `__all__` what is public."""
        return sum(_length(node) for node in ast.walk(self.tree) if _brings_or_lists(node))

    def functions(self) -> Iterator[int]:
        """Yield the length in lines of each function and method, decorators left out."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield _length(node)

    def imports(self) -> Iterator[str]:
        """Yield the full names it imports; `from a import b` yields `a.b`."""
        front = self.path.name == "__init__.py"
        package = self.name.split(".") if front else self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = package[: len(package) + 1 - node.level] if node.level else []
                source = ".".join([*start, *([node.module] if node.module else [])])
                yield from (f"{source}.{alias.name}" for alias in node.names)


def _length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1  # type: ignore[attr-defined, no-any-return]


def _brings_or_lists(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


class House:
    """The product's modules in one checkout.

    Args:
        root: The checkout's top folder.
    """

    def __init__(self, root: Path = ROOT) -> None:
        paths = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
        self.modules = [
            Module(path.relative_to(root), path.read_text(encoding="utf-8")) for path in paths
        ]

    @property
    def lines(self) -> int:
        """The number of lines of all modules."""
        return sum(module.lines for module in self.modules)

    @property
    def import_share(self) -> float:
        """Which part of all lines imports or lists what is public, from 0 to 1."""
        return sum(module.import_lines for module in self.modules) / self.lines

    @property
    def folders(self) -> dict[Path, int]:
        """The number of modules by folder, packages' fronts included."""
        counts: dict[Path, int] = defaultdict(int)
        for module in self.modules:
            counts[module.folder] += 1
        return dict(counts)

    def importers(self) -> dict[str, set[str]]:
        """Return which modules import each module; none of them a package's front itself."""
        names = {module.name for module in self.modules}
        found: dict[str, set[str]] = {module.name: set() for module in self.modules}
        for module in self.modules:
            for imported in module.imports():
                target = imported if imported in names else imported.rpartition(".")[0]
                if target in names and target != module.name:
                    found[target].add(module.name)
        return found

    def single_importer(self, *, same_folder: bool = False) -> list[Module]:
        """Return the modules that only one other imports.

        Args:
            same_folder: Only where the importer is a module, not a package's front, of its folder.
        """
        by_name = {module.name: module for module in self.modules}
        importers = self.importers()
        return [
            module
            for module in self.modules
            if module.path.name != "__init__.py" and len(importers[module.name]) == 1
            for (importer,) in [importers[module.name]]
            if not same_folder
            or (
                by_name[importer].folder == module.folder
                and by_name[importer].path.name != "__init__.py"
            )
        ]


def measures(house: House) -> dict[str, str]:
    """Return what is compared, as text by label."""
    modules = [module.lines for module in house.modules]
    functions = [length for module in house.modules for length in module.functions()]
    alone = house.single_importer(same_folder=True)
    folder, most = max(house.folders.items(), key=lambda item: item[1])
    return {
        "product modules": f"{len(modules):,}",
        "product lines": f"{sum(modules):,}",
        "module lines, median / p90 / longest": _spread(modules),
        "functions": f"{len(functions):,}",
        "function lines, median / p90 / longest": _spread(functions),
        "imports and `__all__`, share of lines": f"{house.import_share:.1%}",
        "modules with a single importer": f"{len(house.single_importer()):,}",
        "of these, importer in the same folder": f"{len(alone):,} "
        f"({sum(module.lines for module in alone):,} lines)",
        "most modules in one folder": f"{most} ({folder.as_posix()})",
    }


def _spread(lengths: Sequence[int]) -> str:
    p90 = quantiles(lengths, n=10, method="inclusive")[-1]
    return f"{median(lengths):.0f} / {p90:.0f} / {max(lengths)}"


def table(columns: dict[str, dict[str, str]]) -> str:
    """Return measures of several checkouts side by side as a Markdown table."""
    labels = next(iter(columns.values()))
    lines = [
        "| measure | " + " | ".join(columns) + " |",
        "| --- |" + " ---: |" * len(columns),
        *(
            f"| {label} | " + " | ".join(column[label] for column in columns.values()) + " |"
            for label in labels
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table of the checkouts named on the command line, else of this one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], metavar="CHECKOUT")
    checkouts = parser.parse_args().checkouts
    print(table({path.resolve().name: measures(House(path)) for path in checkouts}))


if __name__ == "__main__":
    main()
