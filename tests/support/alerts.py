"""For notifiers in tests where money is no matter."""

from workflows.model import AlertDossier


async def no_alert(alert_id: str) -> AlertDossier:
    """Fail: nobody orders an alert here."""
    raise AssertionError(f"The alert {alert_id} comes from nowhere.")
