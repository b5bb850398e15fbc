"""Bring what a unit has already into its ledger: tables of any layout to records, and an account."""
