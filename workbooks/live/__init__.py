"""A workbook that is open in a spreadsheet: read like a file, changed like one, and changed back.

host          what each spreadsheet says in its own way: protection, filters, questions
retry         the workbook every call goes through, which waits for a busy Excel
suspended_ui  the spreadsheet stands still meanwhile, and is left as it was

reading       open workbook → raw sheets → ledger, a few reads a sheet

change        all changes of one button, all or nothing
writing       updates planned as for a file (`workbooks.sheet_writing`), written in blocks
marks         findings shown at their cells
cells         what blocks of cells hold, exactly
snapshot      what they held before
undo          the steps back
"""

import atexit
import sys

import xlwings  # noqa: F401 - so that its hook is registered before it is taken away

_OVER_COM = sys.modules.get("xlwings._xlwindows")  # on Windows only
if _OVER_COM is not None:
    # at the end of a process it would end every Excel that has no window, the clerk's own included
    atexit.unregister(_OVER_COM.cleanup)
