"""The memory limit on Windows, against a stand-in for kernel32."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from workbooks import workers
from workbooks.workers import ExtendedLimits, limit_memory, limit_process_memory

JOB, ITSELF = 0x1234, 0xFFFFFFFFFFFFFFFF


class Kernel32:
    """kernel32 as far as it is used; every call is written down.

    Args:
        failing: The call that says no.
    """

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.calls: list[tuple[object, ...]] = []
        self.limits = b""

    def _answer(self, answer: int, name: str, *arguments: object) -> int:
        self.calls.append((name, *arguments))
        return 0 if name == self.failing else answer

    def CreateJobObjectW(self, *arguments: object) -> int:  # noqa: N802 - Windows' names
        return self._answer(JOB, "CreateJobObjectW", *arguments)

    def SetInformationJobObject(self, job: int, kind: int, limits: Any, size: int) -> int:  # noqa: N802
        self.limits = bytes(limits._obj)
        return self._answer(1, "SetInformationJobObject", job, kind, size)

    def AssignProcessToJobObject(self, job: int, process: int) -> int:  # noqa: N802
        return self._answer(1, "AssignProcessToJobObject", job, process)

    def GetCurrentProcess(self) -> int:  # noqa: N802
        return ITSELF

    def CloseHandle(self, handle: int) -> int:  # noqa: N802
        return self._answer(1, "CloseHandle", handle)


def test_the_structures_are_laid_out_as_on_64_bit_windows() -> None:
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    assert ctypes.sizeof(ExtendedLimits) == 144
    basic = type(ExtendedLimits().BasicLimitInformation)
    assert ctypes.sizeof(basic) == 64
    assert basic.LimitFlags.offset == 16
    assert basic.ActiveProcessLimit.offset == 40
    assert ExtendedLimits.IoInfo.offset == 64
    assert ExtendedLimits.ProcessMemoryLimit.offset == 112


def test_the_process_joins_a_job_that_limits_its_memory() -> None:
    kernel32 = Kernel32()

    assert limit_process_memory(3 << 30, kernel32)

    assert kernel32.calls == [
        ("CreateJobObjectW", None, None),
        ("SetInformationJobObject", JOB, 9, 144),
        ("AssignProcessToJobObject", JOB, ITSELF),
        ("CloseHandle", JOB),
    ]
    expected = bytearray(144)
    expected[16:20] = (0x100).to_bytes(4, "little")
    expected[112:120] = (3 << 30).to_bytes(8, "little")
    assert kernel32.limits == bytes(expected)


@pytest.mark.parametrize(
    "call", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"]
)
def test_a_system_that_refuses_leaves_no_handle_and_stops_nothing(
    call: str, caplog: pytest.LogCaptureFixture
) -> None:
    kernel32 = Kernel32(failing=call)

    assert not limit_process_memory(3 << 30, kernel32)

    assert f"{call} failed" in caplog.text
    opened = call != "CreateJobObjectW"
    assert kernel32.calls[-1] == (("CloseHandle", JOB) if opened else (call, None, None))


def test_on_windows_a_worker_gets_its_limit_beyond_what_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: list[int] = []
    monkeypatch.setattr(workers, "limit_process_memory", limits.append)
    monkeypatch.setattr(sys, "platform", "win32")

    limit_memory(1 << 30)

    assert (1 << 30) < limits[0] < (1 << 30) + (64 << 30)


@pytest.mark.skipif(sys.platform == "win32", reason="the real library is there")
def test_elsewhere_the_library_is_not_looked_for() -> None:
    with pytest.raises(OSError, match="Windows"):
        limit_process_memory(3 << 30)
