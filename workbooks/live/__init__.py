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
