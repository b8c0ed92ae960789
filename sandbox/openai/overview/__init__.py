"""The organisation at a glance, for a person who watches it: its projects as they are now, and what just changed."""

from sandbox.openai.overview.desk import overview_calls
from sandbox.openai.overview.news import News

__all__ = ["News", "overview_calls"]
