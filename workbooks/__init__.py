"""What a ledger looks like as a workbook, and how it is read and written."""
