"""Modules that are imported when something of them is first used, so that small commands start fast."""

from __future__ import annotations

import sys
from importlib import util
from types import ModuleType


def lazy_module(name: str) -> ModuleType:
    """Return a module whose code runs when an attribute of it is first looked up.

    Args:
        name: Its full name.

    Raises:
        ModuleNotFoundError: There is no such module.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = util.LazyLoader(spec.loader)
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
