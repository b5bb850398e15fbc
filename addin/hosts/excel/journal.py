"""The log of what went wrong behind a button: for whoever helps the clerk, without phone numbers."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from workbooks.masking import mask_text

__all__ = ["write_down"]

_BYTES = 512 * 1024
_KEPT = 3


class _Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))


def write_down(file: Path, what: str, error: BaseException) -> bool:
    """Append one entry with the error's traceback, personal numbers masked; old entries roll off.

    Returns:
        Whether it could be written; a full disk is no reason for a second error.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        handler = RotatingFileHandler(file, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return False
    handler.setFormatter(_Masked("%(asctime)s %(message)s"))
    trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("bangdai", logging.ERROR, __file__, 0, what, None, trace)
    try:
        handler.emit(record)
    finally:
        handler.close()
    return True
