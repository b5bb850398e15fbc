"""Import what exists: where the columns of a source go, and what becomes of its records."""
