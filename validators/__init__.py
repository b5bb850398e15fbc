"""What a correct ledger is: models, vocabulary, settings, rules and findings."""
