"""The database: one transaction per use case, on SQLite or PostgreSQL."""

from workflows.store.database import Database
from workflows.store.relay import Question
from workflows.store.unit_of_work import UnitOfWork
from workflows.store.vitals import Vitals

__all__ = ["Database", "Question", "UnitOfWork", "Vitals"]
