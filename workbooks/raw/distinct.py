"""Distinct integers in order of first appearance, by Arrow's hash table."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["distinct"]

_INT64: Final = pa.int64()


def distinct(values: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return for each value its index among the distinct ones, and the distinct values.

    The buffers are handed over directly: `pyarrow.array` would first import pandas.
    """
    data = pa.py_buffer(np.ascontiguousarray(values, np.int64))
    encoded = pa.Array.from_buffers(_INT64, len(values), [None, data]).dictionary_encode()
    count = len(encoded.dictionary)
    return (
        np.frombuffer(encoded.indices.buffers()[1], np.int32, len(values)),
        np.frombuffer(encoded.dictionary.buffers()[1], np.int64, count),
    )
