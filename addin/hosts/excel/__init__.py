"""Excel on Windows: the add-in file, its installation, and what its buttons call."""
