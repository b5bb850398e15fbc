"""How Excel refuses a call, as pywin32 raises it."""

from __future__ import annotations

REJECTED, RETRY_LATER, EXCEPTION = -2147418111, -2147417846, -2147352567
EDITING = (0, "Microsoft Excel", "", "", 0, -2146777998)


class ComError(Exception):
    """An error as pywin32 raises it."""

    def __init__(self, hresult: int, excepinfo: tuple[object, ...] | None = None) -> None:
        super().__init__(hresult, "Call was rejected by callee.", excepinfo, None)
        self.hresult, self.excepinfo = hresult, excepinfo
