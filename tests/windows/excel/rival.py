"""Another Excel in front, as when the clerk goes there meanwhile: `rival.py SECONDS`."""

from __future__ import annotations

import sys
import time

import win32con
import win32gui
from excel.application import main_window

if __name__ == "__main__":
    win32gui.SetWindowPos(main_window(), win32con.HWND_TOPMOST, 0, 0, 200, 200, 0)
    print("in front", flush=True)
    until = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < until:
        win32gui.PumpWaitingMessages()
        time.sleep(0.05)
