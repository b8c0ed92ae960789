"""A local OpenAI organisation: the Administration API over projects, people, keys, limits and spend."""

from sandbox.openai.app import create_app
from sandbox.openai.catalogue import models
from sandbox.openai.organization import Organization

__all__ = ["Organization", "create_app", "models"]
