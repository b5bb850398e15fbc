"""Townships judged one at a time, to the same result as all of them in one ledger."""
