"""Reach Python from Excel as the add-in's VBA does: through xlwings' DLL."""

from __future__ import annotations

import ctypes
import glob
import os
import sys
from typing import Any

import pythoncom
import win32com.client

_VARIANT = 24


def activate() -> Any:
    """Start Python's COM server by the DLL, with the command of our VBA; return it.

    Raises:
        OSError: The DLL cannot start it.
    """
    (dll,) = glob.glob(os.path.join(sys.prefix, "xlwings64-*.dll"))  # noqa: PTH118, PTH207
    python = os.path.join(sys.prefix, "Scripts", "pythonw.exe")  # noqa: PTH118
    code = "import xlwings; xlwings.serve('$(CLSID)')"
    command = f'cmd.exe  /K ""{python}" -I -B -c "{code}""'
    result = (ctypes.c_byte * _VARIANT)()
    library = ctypes.WinDLL(dll)
    if library.XLPyDLLActivateAuto(result, ctypes.c_char_p(command.encode("mbcs")), 1):
        raise OSError("XLPyDLLActivateAuto failed")
    pointer = ctypes.cast(ctypes.byref(result, 8), ctypes.POINTER(ctypes.c_void_p))[0]
    wrap = ctypes.PyDLL(pythoncom.__file__).PyCom_PyObjectFromIUnknown
    wrap.restype = ctypes.py_object
    iid = (ctypes.c_byte * 16).from_buffer_copy(bytes(memoryview(pythoncom.IID_IDispatch)))
    return win32com.client.dynamic.DumbDispatch(
        wrap(ctypes.c_void_p(pointer), ctypes.byref(iid), True)
    )
