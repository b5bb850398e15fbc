"""成长档案卡: one printable card per mentee (一人一册), on pages of A4."""
