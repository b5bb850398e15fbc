"""Actions on decisions, each typed once: what follows from them, and the ends of pairings."""
