"""交流园地 (S13): what waits for an answer, what helped others, and how townships compare."""
