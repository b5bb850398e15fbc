"""What a consolidation does with the ledgers once they are read."""
