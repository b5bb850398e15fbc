"""金牌导师 (S11): scored items, hard conditions, quota and ties, and the list for 公示."""

from addin.tasks.awards.awarding import Award, Publicised, awards, public_list

__all__ = ["Award", "Publicised", "awards", "public_list"]
