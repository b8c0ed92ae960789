"""The operations of the Administration API, by what they are about, and the client that has them all."""

from workflows.admin_api.client.admin_api import AdminAPI

__all__ = ["AdminAPI"]
