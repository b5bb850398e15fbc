"""Run a function over files in worker processes that may die without taking the others along.

Readers of damaged files can abort the interpreter, ask for 500 GB or never return. Each such file
becomes one `UnreadableWorkbook`; the worker is replaced and the pool goes on.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from validators.errors import UnreadableWorkbook
from workbooks.ooxml.package import corrupt

if TYPE_CHECKING:
    from pebble import ProcessFuture

_ENVIRONMENT: Final = {
    "PYTHONSAFEPATH": "1",
    "MALLOC_TOP_PAD_": "67108864",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "268435456",
}
"""For workers: no module comes from the folder a command is run in, which may hold anything.

The rest is read by glibc alone: do not hand memory back between ledgers.
"""

DEFAULT_TIMEOUT_SECONDS: Final = 120.0
DEFAULT_MEMORY_BYTES: Final = 2 << 30
PASSING: Final = frozenset({"file.too_slow", "file.reader_died", "file.too_big"})
"""What was found of a file may be otherwise next time, when the computer has less to do."""

IN_FLIGHT_PER_JOB: Final = 3
"""Tasks handed out but not yet taken back; it bounds the memory of waiting results."""

DIED: Final = UnreadableWorkbook(
    "file.reader_died", "读取该文件时程序异常退出", "请用 Excel 打开后另存为 .xlsx 再上报"
)
"""Said of a file that took down whoever read it."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


def run_guarded(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    memory_bytes: int = DEFAULT_MEMORY_BYTES,
    initializer: Callable[[], None] | None = None,
) -> Iterator[tuple[Item, Result | UnreadableWorkbook]]:
    """Yield (item, result) in the order of `items`.

    Args:
        function: A module-level function; its results are pickled back.
        items: Taken as needed: at most `IN_FLIGHT_PER_JOB` × `jobs` ahead of what is yielded.
        jobs: Worker processes.
        timeout_seconds: For one item, from when a worker takes it up.
        memory_bytes: What one worker may allocate beyond its imports.
        initializer: Called once in each new worker; a module-level function.

    Yields:
        An `UnreadableWorkbook` instead of a result where the function raised one or anything else
        (`file.reader_failed`), ran out of memory (`file.too_big`), took too long
        (`file.too_slow`) or took the whole process down (`file.reader_died`).

    Stopping the iteration early, Ctrl-C included, ends the workers.
    """
    from pebble import CONSTS, ProcessPool  # noqa: PLC0415 - while the server of workers starts

    CONSTS.sleep_unit = 0.02  # seconds; pebble's own tenth is what every command would end later
    pool = ProcessPool(
        max_workers=jobs,
        context=_context(function.__module__),
        initializer=_prepare_worker,
        initargs=(memory_bytes, initializer),
    )
    call = partial(guarded, function)
    waiting: deque[tuple[Item, ProcessFuture[Result | UnreadableWorkbook]]] = deque()
    try:
        for item in items:
            waiting.append((item, pool.schedule(call, args=(item,), timeout=timeout_seconds)))
            if len(waiting) >= jobs * IN_FLIGHT_PER_JOB:
                yield _finished(*waiting.popleft(), timeout_seconds)
        while waiting:
            yield _finished(*waiting.popleft(), timeout_seconds)
        pool.close()  # type: ignore[no-untyped-call] # pebble leaves it untyped
    except BaseException:
        pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it untyped
        raise
    finally:
        pool.join()


@contextmanager
def in_background(
    function: Callable[..., Answer], *arguments: Any, jobs: int
) -> Iterator[Future[Answer]]:
    """Let another process work out one answer while this one goes on.

    Args:
        function: A module-level function of ours; its answer is pickled back.
        arguments: Sent to it.
        jobs: With one job a thread of this process works it out.

    Yields:
        The answer to come.
    """
    if jobs <= 1:
        with ThreadPoolExecutor(1) as thread:
            yield thread.submit(function, *arguments)
        return
    context = _context(function.__module__)
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=_prepare_worker, initargs=(DEFAULT_MEMORY_BYTES, None)
    ) as process:
        yield process.submit(function, *arguments)


def warm_up(module: str) -> None:
    """Let the server that starts workers import `module` and the readers meanwhile.

    A command calls it before its own imports: with two cores the two go on side by side.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver  # noqa: PLC0415 - POSIX only

        _context(module)
        forkserver.ensure_running()


def _context(module: str) -> multiprocessing.context.BaseContext:
    """Return how workers start: a fork server that has imported the readers, else spawn.

    Plain fork is no choice: the parent may hold locks of other libraries' threads.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["workbooks.raw.worker_preload", __name__, module])
    return context


def _prepare_worker(memory_bytes: int, initializer: Callable[[], None] | None) -> None:
    # Ctrl-C reaches the whole process group; the parent alone decides and stops the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    _silence()
    gc.disable()  # rows make no cycles, and looking for some costs a fifth of the reading
    limit_memory(memory_bytes)
    if initializer:
        initializer()


def _end_with_parent() -> None:
    """End this worker when the command dies that started it.

    It would not notice by itself: it holds an end of its own queue, which so never closes, and its
    parent by number is the server that forked it.
    """
    parent = multiprocessing.parent_process()
    if parent:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()


def _silence() -> None:
    """Keep what native readers say of damaged files, traces of panics above all, off the screen.

    Developers run `python -X dev` and see it.
    """
    if not sys.flags.dev_mode:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def limit_memory(memory_bytes: int) -> None:
    """Limit what this process may allocate from now on; the one place for every platform.

    Args:
        memory_bytes: What it may allocate beyond what it has: of address space on POSIX, of
            committed memory on Windows.
    """
    import psutil  # noqa: PLC0415 - only workers need it, and have it from their server

    total = memory_bytes + psutil.Process().memory_info().vms
    if sys.platform == "win32":
        limit_process_memory(total)
        return
    import resource  # noqa: PLC0415 - POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = total if hard == resource.RLIM_INFINITY else min(total, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def guarded(function: Callable[[Item], Result], item: Item) -> Result | UnreadableWorkbook:
    """Call a function; whatever it raises becomes what is said of the item."""
    try:
        return function(item)
    except UnreadableWorkbook as error:
        return error
    except MemoryError:
        return UnreadableWorkbook(
            "file.too_big", "读取该文件所需内存过大", "请删除表格以外多余的行和列，保存后再上报"
        )
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        _log.exception("the reader failed on %s", item)
        if not isinstance(error, Exception):  # a panic inside the Rust readers
            return corrupt("内容无法读取")
        return UnreadableWorkbook(
            "file.reader_failed",
            f"读取程序出错（{type(error).__name__}）",
            "请用 Excel 打开后另存为 .xlsx 再上报",
        )


def too_slow(seconds: float) -> UnreadableWorkbook:
    """Return what is said of a file whose reading was given up after so long."""
    return UnreadableWorkbook(
        "file.too_slow",
        f"读取超过 {seconds:g} 秒，已停止",
        "请删除表格以外多余的行和列，用 Excel 另存为 .xlsx 后再上报",
    )


def _finished(
    item: Item, future: ProcessFuture[Result | UnreadableWorkbook], timeout_seconds: float
) -> tuple[Item, Result | UnreadableWorkbook]:
    from pebble import ProcessExpired  # noqa: PLC0415 - see above

    try:
        return item, future.result()
    except FutureTimeoutError:
        return item, too_slow(timeout_seconds)
    except ProcessExpired:
        return item, DIED


# --- a memory limit on Windows, by a Job Object ---------------------------------------------------

_PROCESS_MEMORY = 0x100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation


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
    """Limit what this Windows process may have allocated altogether.

    https://learn.microsoft.com/windows/win32/procthread/job-objects. The calls, their order and the
    sizes of the structures are tested with a stand-in for kernel32 and under Wine, which takes the
    limit; that a process is really stopped at it was never seen.

    Args:
        total_bytes: What it may commit, what it has already included.
        kernel32: The system's library; its own when None.

    Returns:
        Whether the system took the limit. Without one, the caps on parts and the time limit hold.
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
    handle, number, pointer = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
    for name, result, arguments in (
        ("CreateJobObjectW", handle, (pointer, ctypes.c_wchar_p)),
        ("SetInformationJobObject", number, (handle, number, pointer, ctypes.c_uint32)),
        ("AssignProcessToJobObject", number, (handle, handle)),
        ("GetCurrentProcess", handle, ()),
        ("CloseHandle", number, (handle,)),
    ):
        call = getattr(kernel32, name)
        call.restype, call.argtypes = result, arguments
    return kernel32
