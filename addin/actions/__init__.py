"""Joins files or open books to tasks: read a ledger, run a task, write the result."""
