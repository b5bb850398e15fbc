"""Texts of log entries that are changed to look different."""

from __future__ import annotations

import random

import pytest

from workbooks.samples.log_entries import Draft, Texts

DOTTED = "买买提·艾力"


@pytest.mark.parametrize(("name", "changes"), [(DOTTED, False), ("马志远", True)])
def test_an_entry_is_left_as_it_is_where_nobody_in_it_can_be_called_otherwise(
    name: str, changes: bool
) -> None:
    texts = Texts(random.Random(1), ("冯庄村",), lambda: "朱晓明")
    draft = Draft("与{mentee}谈心", (("mentee", name),))

    renamed = texts.renamed(draft, "", name)

    assert (renamed.text() != draft.text()) is changes
