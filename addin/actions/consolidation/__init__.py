"""One consolidation: its order, what it gathers, and what it writes."""
