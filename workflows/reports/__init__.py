"""What owners, finance and auditors read about money: weekly digests, showback, commitments, the ledger of raises."""

from workflows.reports.reports import Reports

__all__ = ["Reports"]
