"""The ledgers buttons are pressed on, and the day it is there."""

from tests.addin.ribbon.ledgers import adopted, decided, sample, short_ledger, that_day

__all__ = ["adopted", "decided", "sample", "short_ledger", "that_day"]
