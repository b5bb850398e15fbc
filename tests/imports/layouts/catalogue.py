"""All layouts, by name; importing this registers them."""

from __future__ import annotations

from tests.imports.layouts import exports, pairs, people, records
from tests.imports.layouts.layout import LAYOUTS

__all__ = ["LAYOUTS", "MODULES"]

MODULES = (pairs, people, records, exports)
