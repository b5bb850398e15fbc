from hypothesis import given
from hypothesis import strategies as st

from validators.cells import EARLIEST_SERIAL, LATEST_SERIAL
from workbooks.ooxml.dates import Kind
from workbooks.raw.columns import EXTRA, Extras

SERIALS = st.floats(0, 300_000) | st.integers(1, 90_000).map(float) | st.floats(46_000, 46_400)


@given(st.lists(SERIALS, min_size=1, max_size=40))
def test_moments_worked_out_together_are_those_worked_out_one_by_one(serials: list[float]) -> None:
    tokens = [repr(serial) for serial in [*serials, *(round(s) + 1 - 1e-9 for s in serials)]]
    together, alone = Extras(date1904=False), Extras(date1904=False)

    keys = together.moment_keys([token.encode() for token in tokens])

    for token, key in zip(tokens, keys, strict=True):
        if key >= 0:
            wanted = alone.cells[alone.token_key(token, "n", Kind.DATETIME) - EXTRA]
            assert (type(together.cells[key - EXTRA]), together.cells[key - EXTRA]) == (
                type(wanted),
                wanted,
            )
        else:
            assert not EARLIEST_SERIAL <= float(token) < LATEST_SERIAL


def test_what_is_no_number_is_left_to_the_careful_reader() -> None:
    extras = Extras(date1904=False)

    assert extras.moment_keys([b"46203.5", b" 46203.5", b"nan", b"1e9"])[1:] == [-1, -1, -1]
    assert extras.moment_keys([b"46203.5", b"4x"]) == [-1, -1]
