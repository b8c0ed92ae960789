"""Traffic of a company through issued keys: weekdays and nights, several models, retries, a month in minutes."""

from sandbox.openai.traffic.generator import live

__all__ = ["live"]
