"""Import what a unit has already: rosters, forms and exported questionnaires into ledgers."""
