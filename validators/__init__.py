"""The definition of a correct ledger: models, vocabulary, settings, rules and findings."""
