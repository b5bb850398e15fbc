"""A workbook that is open in a spreadsheet: read like a file, changed like one, and changed back."""
