"""Every Chinese text written in the product, by area, with example values for what is filled in.

Python modules are read as syntax trees: each string and f-string with Chinese characters counts, so
does a Chinese docstring (it is help), but no regular expression. Other files (VBA, PowerShell, HTML,
TOML, CSV) count by line.
"""

from __future__ import annotations

import ast
import csv
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "data" / "sentence_examples.toml"

AREAS = {
    "一、数据校验": ("validators/rules", "validators/messages.py", "validators/"),
    "二、表样与词汇": ("validators/sheets", "validators/vocabulary.py", "validators/settings.py"),
    "三、台账模板": ("workbooks/template", "workbooks/sheet_writing.py"),
    "四、读写文件": ("workbooks/",),
    "五、打印件": ("workbooks/papers", "workbooks/cards", "workbooks/consolidated"),
    "六、研判与结对": ("addin/domain",),
    "七、办理": ("addin/actions", "addin/sentences.py"),
    "八、按钮与公式": ("addin/ribbon", "addin/formulas", "addin/manual.py", "addin/"),
    "九、命令": ("addin/cli", "addin/locale"),
    "十、安装": ("addin/hosts",),
}
"""Areas in the order they are read; a file belongs to the area with the longest prefix of its path."""

NOT_SHOWN = {
    "validators/data/": "names of real places",
    "validators/sources/words.py": "words looked for in the headings of others' tables",
    "workbooks/samples/": "invented people and their log",
}
"""Files that hold no words of ours, and what they hold."""

SUFFIXES = {".bas", ".cls", ".csv", ".html", ".js", ".po", ".ps1", ".py", ".sh", ".toml"}

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FIELD = re.compile(r"\{([A-Za-z_][\w.]*)(\[[^\]]*\])?(:[^}]*)?\}")
_STRING = {
    ".bas": r'"((?:[^"]|"")*)"', ".cls": r'"((?:[^"]|"")*)"', ".js": r'"((?:[^"\\]|\\.)*)"',
    ".po": r'^msgstr "(.*)"$',
}  # fmt: skip
_SENTENCE = re.compile(r"[，。：；？！、]|.{13}")


class Wording(NamedTuple):
    """One text of the product: the file, the line, the text with `{…}` by name and with examples."""

    file: str
    line: int
    template: str
    text: str


class NoExample(LookupError):
    """Texts have placeholders without an example value."""

    def __init__(self, lacking: Iterable[tuple[str, Wording]]) -> None:
        """Name each placeholder, its text and where to add the example."""
        lines = [
            f"{wording.file}:{wording.line}: no example for {{{name}}} in “{wording.template}”"
            for name, wording in lacking
        ]
        where = EXAMPLES.relative_to(ROOT)
        advice = (
            f'add a line `name = "…"` for each to {where}, or `"module.name" = "…"` where the name '
            "means something else in one module, then run `python -m tests.sentences`"
        )
        super().__init__("\n".join((*lines, advice)))


def product_files() -> Iterator[str]:
    """Yield the files of the product that may hold Chinese text, by path from the root."""
    for room in ("validators", "workbooks", "addin"):
        for path in sorted((ROOT / room).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in SUFFIXES and "/examples/" not in name.replace(".py", "/"):
                yield name


def shown_files() -> list[str]:
    """Return the files whose texts are collected."""
    return [name for name in product_files() if not name.startswith(tuple(NOT_SHOWN))]


@cache
def examples() -> dict[str, str]:
    """Return the example values of placeholders by name."""
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


@cache
def collected() -> tuple[Wording, ...]:
    """Return every text once for each file, in the order of the file.

    Raises:
        NoExample: Placeholders have no example value.
    """
    found = tuple(wording for name in shown_files() for wording in _once(wordings_of(name)))
    if lacking := [*without_example(found)]:
        raise NoExample(lacking)
    return found


def without_example(wordings: Iterable[Wording]) -> Iterator[tuple[str, Wording]]:
    """Yield the placeholders that have no example value, each once with its first text."""
    first = {key: wording for one in reversed([*wordings]) for key, wording in _keyed(one)}
    yield from ((key, wording) for key, wording in first.items() if key not in examples())


def _keyed(wording: Wording) -> Iterator[tuple[str, Wording]]:
    yield from ((key, wording) for key in placeholders_of(wording))


def wordings_of(name: str) -> Iterator[Wording]:
    """Yield the texts of one file."""
    yield from wordings_in(name, (ROOT / name).read_text(encoding="utf-8"))


def wordings_in(name: str, source: str) -> Iterator[Wording]:
    """Yield the texts of a file with the given content."""
    found = _in_python(source) if name.endswith(".py") else _in_lines(Path(name).suffix, source)
    for line, text in found:
        yield Wording(name, line, text, filled(name, text))


def listing() -> str:
    """Return all texts by area and file, to be read: sentences by line, words side by side."""
    lines: list[str] = []
    for area, files in by_area(collected()):
        lines += ["", f"== {area} =="]
        for name, wordings in files:
            lines += ["", f"-- {name}", *_read_lines(wordings)]
    return "\n".join(lines)


def by_area(wordings: Iterable[Wording]) -> Iterator[tuple[str, list[tuple[str, list[Wording]]]]]:
    """Yield each area with its files and their texts."""
    files = [(name, list(group)) for name, group in groupby(wordings, lambda one: one.file)]
    for area in AREAS:
        yield area, [(name, group) for name, group in files if area_of(name) == area]


def area_of(name: str) -> str:
    """Return the area of a file."""
    fitting = [
        (len(prefix), area)
        for area, prefixes in AREAS.items()
        for prefix in prefixes
        if name.startswith(prefix)
    ]
    return max(fitting)[1]


def is_sentence(text: str) -> bool:
    """Return whether a text is read by itself; words stand side by side."""
    return bool(_SENTENCE.search(text))


def _read_lines(wordings: Iterable[Wording]) -> Iterator[str]:
    texts = ["\n    ".join(wording.text.strip("\n").split("\n")) for wording in wordings]
    for alone, group in groupby(texts, is_sentence):
        if alone:
            yield from group
        else:
            yield " · ".join(group)


def _once(wordings: Iterable[Wording]) -> Iterator[Wording]:
    yield from {wording.text: wording for wording in reversed([*wordings])}.values().__reversed__()


# --- Python ---


def _in_python(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    skipped = {id(node) for node in _not_text(tree)}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = placeholder(node)
            chinese = any(
                isinstance(part, ast.Constant) and _CHINESE.search(part.value)
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            paragraphs = node.value.split("\n\n")
            text = "\n\n".join(filter(_CHINESE.search, paragraphs))
            chinese = bool(text)
        else:
            continue
        if chinese:
            found.append((node.lineno, node.col_offset, text))
    yield from ((line, text) for line, _, text in sorted(found))


def _not_text(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield docstrings, the pieces of f-strings, regular expressions and names of fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            first = str(node.value.value).split("\n\n")[0]
            if not first.rstrip().endswith("。"):
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            yield from (part for argument in node.args[:1] for part in ast.walk(argument))


def placeholder(value: ast.expr) -> str:
    """Return what stands for an expression: its last name in braces, or the text it is.

    `len(rows)` is `{len}`, `"、".join(names)` `{names}`; of `a if b else c` it is `a` that counts.
    """
    match value:
        case ast.Constant():
            return str(value.value)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"{{{name}}}"
        case (
            ast.Subscript(value=inner)
            | ast.Call(func=ast.Attribute(value=inner, attr="isoformat" | "strip"))
        ):
            return placeholder(inner)
        case ast.Call(func=ast.Attribute(attr="join"), args=[inner]) | ast.Call(func=inner):
            return placeholder(inner)
        case (
            ast.IfExp(body=inner)
            | ast.BinOp(left=inner)
            | ast.BoolOp(values=[inner, *_])
            | ast.GeneratorExp(elt=inner)
            | ast.ListComp(elt=inner)
        ):
            return placeholder(inner)
        case ast.JoinedStr():
            return "".join(
                placeholder(part.value if isinstance(part, ast.FormattedValue) else part)
                for part in value.values
            )
    return f"{{{ast.unparse(value)}}}"


def filled(name: str, text: str) -> str:
    """Return a text with example values in its placeholders; one without an example stays."""

    def example(match: re.Match[str]) -> str:
        return examples().get(_key(name, match), match[0])

    return re.sub(r"\{(\d+)\}", r"\1", _FIELD.sub(example, text))


def placeholders_of(wording: Wording) -> Iterator[str]:
    """Yield the keys of the examples in a text."""
    yield from (_key(wording.file, match) for match in _FIELD.finditer(wording.template))


def _key(name: str, match: re.Match[str]) -> str:
    last = match[1].rpartition(".")[2]
    here = f"{Path(name).stem}.{last}"
    return here if here in examples() else last


# --- other files ---


def _in_lines(suffix: str, source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_plain(suffix, source), 1):
        if suffix in _STRING:
            texts: list[Any] = re.findall(_STRING[suffix], line)
            texts = [text.replace("\\n", "\n") for text in texts] if suffix == ".js" else texts
        elif suffix == ".csv":
            texts = next(csv.reader([line]), [])
        else:
            texts = [re.sub(r"\s+", " ", line).strip()]
        for text in texts:
            if _CHINESE.search(text):
                yield number, text


def _plain(suffix: str, source: str) -> list[str]:
    """Return the lines of a file; HTML without its tags."""
    if suffix == ".html":
        source = re.sub(r"<[^>]+>", "", re.sub(r"(?s)<style>.*?</style>", "", source))
    return source.splitlines()
