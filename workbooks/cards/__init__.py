"""成长档案卡: one printable card per mentee (一人一册), one or two pages of A4 each.

content     what a card says, as plain data
lines       cells and lines, and how tall a line is
block       a section: title, headings, lines
records     the tables: mentors, assessments, duties, contacts, milestones, outcome
sections    a card as blocks, from the masthead to the signatures
pages       blocks on pages, with as many contacts as two pages hold
radar       the chart of the six aspects
index       the list of all cards, with links
writer      all of it as one workbook
"""
