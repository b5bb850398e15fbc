"""The township ledger as a workbook, written from the sheet models."""
