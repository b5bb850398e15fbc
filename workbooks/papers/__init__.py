"""Official paper for new pairings: ceremony list, appointment certificates, agreements.

content        what is printed, as plain data
words, flow    texts and how much room they take; rows on pages
ceremony, certificates, agreements       one module per kind of paper
prohibitions   the 负面行为清单
writer         all of it as one workbook
"""
