"""Computations over ledgers: a ledger or parts in, a frozen result out; no files, no xlwings."""
