"""The boundary that projects enforce on model traffic: who may call which model, how often, and up to which spend."""

from sandbox.openai.boundary.desk import console_calls
from sandbox.openai.boundary.enforcement import Enforcement
from sandbox.openai.boundary.routes import model_routes

__all__ = ["Enforcement", "console_calls", "model_routes"]
