"""Files that are no ledgers yet: their tables, and where the columns of these go."""
