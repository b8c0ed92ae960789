"""Looking after keys when nobody clicks: offers that lapse, keys nobody saw, the first use, the end of old ones."""

from workflows.custody.custodian import Custodian

__all__ = ["Custodian"]
