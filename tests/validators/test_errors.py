from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from validators import errors
from validators.errors import BangdaiError, UnreadableWorkbook, UsageError

ROOT = Path(errors.__file__).parents[1]


def drawn() -> dict[str, tuple[str, str]]:
    """Return base and module of every class drawn below the root of the tree."""
    lines = re.findall(r"^([│ ]*[├└]── )(\w+) +(.*)$", errors.__doc__ or "", re.MULTILINE)
    above = {0: "BangdaiError"}
    found = {}
    for branch, name, words in lines:
        depth = len(branch) // 4
        above[depth] = name
        elsewhere = re.search(r"\(([\w.]+)\)$", words)
        found[name] = (above[depth - 1], elsewhere[1] if elsewhere else "validators.errors")
    return found


def defined() -> Iterator[tuple[str, str, str]]:
    """Yield name, base and module of every exception class of the product with one base."""
    for room in ("validators", "workbooks", "addin"):
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.ClassDef(name=name, bases=[ast.Name(id=base)]):
                        yield name, base, module


def test_the_tree_in_the_docstring_is_that_of_the_classes() -> None:
    classes = list(defined())
    tree = {"BangdaiError"}
    for _ in range(3):
        tree |= {name for name, base, _ in classes if base in tree}

    public = {
        name: (base, module)
        for name, base, module in classes
        if name in tree and name != "BangdaiError" and not name.startswith("_")
    }
    assert drawn() == public


def test_an_error_is_a_sentence_and_what_to_do() -> None:
    assert str(UsageError("未找到文件", "请核对路径")) == "未找到文件。请核对路径"
    assert str(UsageError("未找到文件")) == "未找到文件"


@pytest.mark.parametrize(
    "error", [UnreadableWorkbook("file.locked", "无法打开", "请关闭"), UsageError("甲", "乙")]
)
def test_an_error_comes_back_whole_from_a_worker(error: BangdaiError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert vars(again) == vars(error)
