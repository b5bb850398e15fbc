"""The VBA that is really in a file, read by oletools."""

from __future__ import annotations

import warnings
from pathlib import Path


def vba_sources(workbook: Path) -> dict[str, str]:
    """Return each module's source by name, with the attributes VBA hides; {} without macros."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it uses old names of a parser
        from oletools.olevba import VBA_Parser  # noqa: PLC0415

        parser = VBA_Parser(str(workbook))
        try:
            found = list(parser.extract_all_macros()) if parser.detect_vba_macros() else []
        finally:
            parser.close()
    return {name.rpartition(".")[0]: code for _, _, name, code in found}
