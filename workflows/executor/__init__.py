"""Carrying out what was approved: claim, look, act, read back, settle; step by step, journalled.

No create call of the Administration API is idempotent. So each step is written down before it first acts, looks
before each act, and is read back after it. A process killed anywhere leaves a journal from which the next one goes
on; a call that was cut off leaves the request *unconfirmed* until a look says what became of it.
"""

from workflows.executor.executor import Executor

__all__ = ["Executor"]
