"""Pairing of mentors and mentees: scores, candidates, the optimum and its reasons."""
