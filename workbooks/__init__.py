"""Workbooks: the layout of a ledger, reading it and writing it."""
