"""导师库调整 (S12): who should enter the pool, pause, leave it or take more mentees, and why."""

from addin.tasks.pool.changes import Adjustment, pool_changes

__all__ = ["Adjustment", "pool_changes"]
