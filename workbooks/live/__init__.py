"""A workbook that is open in a spreadsheet: read like a file, changed like one, and changed back.

host        what each spreadsheet says in its own way: protection, filters, questions
busy        every call goes through here: patience with a busy Excel
quiet       the spreadsheet stands still meanwhile, and is left as it was

reading     open workbook → raw sheets → ledger, a few reads a sheet
    area, merges, typed, generated, selection

change      all changes of one button, all or nothing
    writing, paper      updates planned as for a file (workbooks.sheet_writing), written in blocks
    contents, exact     what cells hold, exactly
    formats, looks, marks
undo        the clerk's way back: steps of what was kept
    keeping, structure, rows
locks       protection taken away and given back
addresses   many cells in few calls
"""
