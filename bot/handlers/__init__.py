"""Acknowledge, parse, one call on the service: what people do in Slack, one file for each way of doing it.

Every file with a ``register(app)`` is put on Bolt, in the order of their names, and the first listener that
matches wins; ``unmatched`` takes what is left and therefore has to come last.
"""
