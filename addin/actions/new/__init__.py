"""Start a ledger: blank for a unit, or carried over from last year's (结转)."""

from addin.actions.new.start import next_year, start_ledger

__all__ = ["next_year", "start_ledger"]
