"""A limit on what this process may allocate on Windows, by a Job Object; loaded only there.

https://learn.microsoft.com/windows/win32/procthread/job-objects. It was never run on Windows: the
calls, their order and the sizes of the structures are tested with a stand-in for kernel32.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Any

__all__ = ["ExtendedLimits", "limit_process_memory"]

_PROCESS_MEMORY = 0x100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation

_log = logging.getLogger(__name__)


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class IoCounters(ctypes.Structure):
    """IO_COUNTERS."""

    _fields_ = tuple(
        (f"{what}{kind}Count", ctypes.c_uint64)
        for kind in ("Operation", "Transfer")
        for what in ("Read", "Write", "Other")
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", IoCounters),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def limit_process_memory(total_bytes: int, kernel32: Any = None) -> bool:
    """Limit what this process may have allocated altogether; more is refused, as on other systems.

    Args:
        total_bytes: What it may commit, what it has already included.
        kernel32: The system's library; its own when None.

    Returns:
        Whether the system took the limit. Without one, the caps of `guard` and the time limit hold.
    """
    kernel32 = kernel32 or _kernel32()
    job = kernel32.CreateJobObjectW(None, None)
    if not job:
        return _refused("CreateJobObjectW")
    try:
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = _PROCESS_MEMORY
        limits.ProcessMemoryLimit = total_bytes
        size = ctypes.sizeof(limits)
        if not kernel32.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size):
            return _refused("SetInformationJobObject")
        if not kernel32.AssignProcessToJobObject(job, kernel32.GetCurrentProcess()):
            return _refused("AssignProcessToJobObject")
    finally:
        kernel32.CloseHandle(job)  # the job lives as long as the process in it
    return True


def _refused(call: str) -> bool:
    number = 0
    if sys.platform == "win32":
        number = ctypes.get_last_error()
    _log.warning("no memory limit: %s failed with error %d", call, number)
    return False


def _kernel32() -> Any:
    """Return the system's library with the types of what is called declared."""
    if sys.platform != "win32":
        raise OSError("a Job Object is a thing of Windows")
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    handle, truth = ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        ("CreateJobObjectW", handle, (ctypes.c_void_p, ctypes.c_wchar_p)),
        (
            "SetInformationJobObject",
            truth,
            (handle, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32),
        ),
        ("AssignProcessToJobObject", truth, (handle, handle)),
        ("GetCurrentProcess", handle, ()),
        ("CloseHandle", truth, (handle,)),
    ):
        call = getattr(kernel32, name)
        call.restype, call.argtypes = result, arguments
    return kernel32
