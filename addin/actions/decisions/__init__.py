"""Actions on decisions, each typed once: what follows from them, ends of pairings, sending."""
