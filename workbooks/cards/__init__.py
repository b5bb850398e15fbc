"""成长档案卡: one printable card per mentee (一人一册), one or two pages of A4 each."""
