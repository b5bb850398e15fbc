"""Encoded texts are sorted, found again and shortened as plain Python does it with strings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.log_hints.candidates import distinct
from addin.domain.log_hints.skeletons import (
    Words,
    decoded,
    encoded,
    holding,
    shortened,
    skeletons,
    some,
)

alike = st.lists(st.text("甲乙", max_size=14) | st.text("甲乙丙丁\uff01", max_size=6), max_size=12)
several = alike.filter(bool)


@given(several)
def test_distinct_texts_stand_in_order_and_each_text_is_one_of_them(texts: list[str]) -> None:
    every, ranks = distinct(encoded(texts))

    ordered = every.chosen(range(len(every)))
    assert ordered == sorted(set(texts))
    assert [ordered[rank] for rank in ranks.tolist()] == texts


@given(several, several, st.data())
def test_texts_are_found_where_they_stand_or_would_stand(
    texts: list[str], others: list[str], data: st.DataObject
) -> None:
    there, _ = distinct(encoded(texts))
    asked, _ = distinct(encoded(others))
    likely = data.draw(st.sets(st.sampled_from(range(len(there)))))

    places, found = there.found(asked, np.array(sorted(likely), np.int64))

    listed = sorted(set(texts))
    for text, place, known in zip(
        sorted(set(others)), places.tolist(), found.tolist(), strict=True
    ):
        assert known == (text in listed)
        assert place == sum(own < text for own in listed)


@given(several, st.integers(1, 8))
def test_only_long_texts_are_shortened(texts: list[str], longest: int) -> None:
    assert decoded(shortened(encoded(texts), longest)) == [text[:longest] for text in texts]


@given(several, st.data())
def test_some_texts_are_taken_in_the_order_asked_for(texts: list[str], data: st.DataObject) -> None:
    which = data.draw(st.lists(st.sampled_from(range(len(texts)))))

    taken = decoded(some(encoded(texts), np.array(which, np.int64)))

    assert taken == [texts[at] for at in which]


@given(st.lists(st.sampled_from(["到双泉村", "朱晓", "明到会", "朱晓明", "，核对名单", "8"])))
def test_the_texts_that_hold_a_name_are_those_whose_skeleton_it_changes(texts: list[str]) -> None:
    words, none = Words(frozenset({"朱晓明"}), frozenset()), Words(frozenset(), frozenset())
    joined = [*texts, "".join(texts)]

    held = holding(encoded(joined), words).tolist()

    pairs = zip(skeletons(joined, words), skeletons(joined, none), strict=True)
    assert held == [at for at, (masked, plain) in enumerate(pairs) if masked != plain]
