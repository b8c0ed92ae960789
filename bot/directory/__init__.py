"""Who is who: Slack users, their e-mail addresses and their groups, remembered briefly and failing closed."""

from bot.directory.slack import DirectoryUnavailable, SlackDirectory

__all__ = ["DirectoryUnavailable", "SlackDirectory"]
