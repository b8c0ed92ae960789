"""Watching money: what each day cost, which thresholds are reached, what is foreseen, and who must hear of it."""

from workflows.budgets.budgets import Budgets

__all__ = ["Budgets"]
