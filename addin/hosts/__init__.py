"""The spreadsheet programs the buttons run in, one folder each."""
