"""Slack on one side, the domain on the other. No rule about approvals lives here."""
