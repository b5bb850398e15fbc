"""The township ledger as a workbook, made from the sheet models."""
