"""Who should mentor whom: scores, candidates, the optimum and its reasons."""
