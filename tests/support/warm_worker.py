"""What workers of the tests would each work out anew; importing it works it out.

The server of their workers imports it once. A command has as many workers as files to read at a time;
the tests have some thousand, most of them for one small ledger.
"""

from __future__ import annotations

from pathlib import Path

from addin.actions.found_files import Source
from addin.actions.parcels.version import program_version
from addin.actions.validate import Task, examine_one
from addin.domain.log_hints import skeletons
from workbooks import examples
from workbooks.consolidated import printing

_ledger = Path(examples.__file__).parent / examples.FILLED

program_version()
printing._prototypes()
printing._wraps()
skeletons._tables()
examine_one(Task(Source(_ledger, _ledger.name), examples.AS_OF, None))
