"""Who needs intervention: mentees whose help is failing, with facts, a level and a measure (S10).

A rule is one decorated function in the file of its subject; `judge` puts what they find together.
"""
