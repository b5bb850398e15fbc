"""Every package the product needs and every module of its own imports in Windows' Python."""

from __future__ import annotations

import json

from tests.windows.wine import Wine

PROGRAM = """
import importlib, json, pkgutil, sys
from importlib.metadata import distributions

def attempt(name):
    try:
        importlib.import_module(name)
    except BaseException as error:
        return f"{name}: {type(error).__name__}: {error}"

named = set(sys.argv[1].split(","))
tops = {
    file.parts[0].removesuffix(".py").partition(".")[0]
    for package in distributions() if package.name.lower() in named
    for file in package.files or ()
    if file.suffix in (".py", ".pyd") and not file.parts[0].endswith(("-info", ".data"))
    and (len(file.parts) == 1 or file.parts[1].startswith("__init__."))
}
modules = [
    found.name
    for room in ("validators", "workbooks", "addin")
    for found in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}.")
    if not found.name.endswith("__main__") and not found.name.startswith("addin.hosts.calc")
]
said = {"packages": len(tops), "modules": len(modules),
        "failed": list(filter(None, map(attempt, [*sorted(tops), *modules])))}
sys.stdout.buffer.write(json.dumps(said).encode())
"""


def test_every_locked_package_and_every_module_of_ours_imports(wine: Wine) -> None:
    requirements = (wine.drive_d / "bundle" / "requirements.txt").read_text().splitlines()
    names = [line.partition("==")[0] for line in requirements]

    done = wine.python("-I", "-W", "ignore", "-c", PROGRAM, ",".join(names), timeout=300)

    assert done.code == 0, done.text("gbk")
    said = json.loads(done.out)
    assert said["failed"] == []
    assert said["packages"] > 30
    assert said["modules"] > 200
