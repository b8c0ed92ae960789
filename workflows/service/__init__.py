"""What people can do with requests; each method is one use case and one transaction."""

from workflows.service.desk import Preview
from workflows.service.service import Service

__all__ = ["Preview", "Service"]
