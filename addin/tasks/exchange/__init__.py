"""交流园地 (S13): what waits for an answer, what helped others, and how townships compare."""

from addin.tasks.exchange.measuring import ranking
from addin.tasks.exchange.posts import Experience, Question, experiences, unanswered
from addin.tasks.exchange.publishing import notices
from addin.tasks.exchange.ranking import Measured, Standing

__all__ = [
    "Experience",
    "Measured",
    "Question",
    "Standing",
    "experiences",
    "notices",
    "ranking",
    "unanswered",
]
