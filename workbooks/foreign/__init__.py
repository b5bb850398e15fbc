"""Files that are no ledgers → `validators.sources`: their tables wherever these stand."""

from workbooks.foreign.source import read_source, source_of

__all__ = ["read_source", "source_of"]
