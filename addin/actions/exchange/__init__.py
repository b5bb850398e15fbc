"""Between a superior and the townships: ledgers returned and compared, posts published and received."""
