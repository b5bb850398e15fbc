"""The reviewed file of all sentences: everything the product can say, to be read as text."""

from __future__ import annotations

from tests.sentences.literals import ROOT, listing

SENTENCES = ROOT / "tests" / "data" / "sentences.txt"
MESSAGES = ROOT / "tests" / "data" / "messages.txt"

_HEAD = """\
Every Chinese text of the product, with example values (sentence_examples.toml); words stand side by side.
Read a change as a county office's editor would, by the style sheet in CONTRIBUTING.md.
Written by `python -m tests.sentences`; tests/test_sentences.py compares it.
"""


def sentences() -> str:
    """Return what the file is to hold."""
    return f"{_HEAD}{listing()}\n"
