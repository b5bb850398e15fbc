"""Run by the system's Python, which has LibreOffice's `uno`: call procedures of a workbook's VBA.

Reads from standard input {"workbook", "profile", "replace": {module: source}, "calls": [[name, args]]}
and prints a list of what each call returned. A call that cannot be found or fails prints its error.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

__all__: list[str] = []

LIBRARY = "VBAProject"
CONTROL = "<control>"  # stands for an object, as the ribbon hands one over


def main() -> None:
    task = json.load(sys.stdin)
    pipe = f"bangdai_{Path(task['profile']).parent.name}_{time.monotonic_ns()}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(task['profile']).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        desktop = connect(pipe)
        print(json.dumps(answers(desktop, task), ensure_ascii=False))
        with contextlib.suppress(Exception):  # it may be gone before it answers
            desktop.terminate()
        office.wait(30)
    finally:
        office.kill()


def connect(pipe: str):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
        else:
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
    raise SystemExit("LibreOffice does not answer")


def answers(desktop, task) -> list:
    document = desktop.loadComponentFromURL(
        Path(task["workbook"]).as_uri(),
        "_blank",
        0,
        (
            prop("FilterName", "Calc MS Excel 2007 VBA XML"),
            prop("Hidden", True),
            prop("MacroExecutionMode", 4),
        ),
    )
    library = document.BasicLibraries.getByName(LIBRARY)
    for name, source in task["replace"].items():
        if library.hasByName(name):
            library.replaceByName(name, source)
        else:
            library.insertByName(name, source)
    try:
        return [call(document, name, arguments) for name, arguments in task["calls"]]
    finally:
        document.close(True)


def call(document, name: str, arguments: list):
    address = f"vnd.sun.star.script:{LIBRARY}.{name}?language=Basic&location=document"
    try:
        script = document.getScriptProvider().getScript(address)
        values = tuple(document if one == CONTROL else one for one in arguments)
        return script.invoke(values, (), ())[0]
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def prop(name: str, value) -> PropertyValue:
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


if __name__ == "__main__":
    main()
