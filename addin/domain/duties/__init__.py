"""职责清单: the duties a pairing starts with, and how far the log has brought each.

`plan` makes the duties of a new pairing from its contact plan, `progress` counts the contacts that
name a duty, and `proposals` says which duty a contact that names none may belong to.
"""

from addin.domain.duties.plan import aspects_to_work_on, new_duties
from addin.domain.duties.progress import DutyReport, DutyState, duty_report

__all__ = ["DutyReport", "DutyState", "aspects_to_work_on", "duty_report", "new_duties"]
