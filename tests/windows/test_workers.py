"""The workers' memory limit: what Windows is asked for, and that it takes it.

Wine takes the call and limits nothing: that a process is really stopped is seen on a real PC only.
"""

from __future__ import annotations

import json

from tests.windows.wine import Wine

PROGRAM = """
import ctypes, json, psutil, sys
from workbooks import workers

real = workers._kernel32()
asked = {}

class Watched:
    def __getattr__(self, name):
        def call(*arguments):
            if name == "SetInformationJobObject":
                asked["kind"], asked["size"] = arguments[1], arguments[3]
                limits = arguments[2]._obj
                asked["flags"] = limits.BasicLimitInformation.LimitFlags
                asked["bytes"] = limits.ProcessMemoryLimit
            answer = getattr(real, name)(*arguments)
            asked.setdefault("answers", {})[name] = bool(answer)
            return answer
        return call

def in_a_job():
    answer = ctypes.c_int()
    handle = ctypes.c_void_p(real.GetCurrentProcess())
    assert ctypes.windll.kernel32.IsProcessInJob(handle, None, ctypes.byref(answer))
    return bool(answer.value)

workers._kernel32 = Watched
asked["before"] = in_a_job()
workers.limit_memory(300 << 20)
asked["after"] = in_a_job()
asked["has"] = psutil.Process().memory_info().vms
print(json.dumps(asked))
"""


def test_a_worker_asks_for_its_limit_and_windows_takes_it(wine: Wine) -> None:
    done = wine.python("-c", PROGRAM)

    assert done.code == 0, done.text("gbk")
    asked = json.loads(done.out)
    assert asked["answers"] == dict.fromkeys(
        (
            "CreateJobObjectW",
            "SetInformationJobObject",
            "GetCurrentProcess",
            "AssignProcessToJobObject",
            "CloseHandle",
        ),
        True,
    )
    assert (asked["kind"], asked["size"], asked["flags"]) == (9, 144, 0x100)
    assert 300 << 20 < asked["bytes"] <= asked["has"] + (301 << 20)
    assert asked["after"]
