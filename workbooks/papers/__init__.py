"""Official papers of new pairings: ceremony list, appointment certificates, agreements."""
