"""The audit log: entries chained by hash, written in the transaction of what they describe."""
