"""Brings what people do to the app: over Socket Mode, or as signed requests to its address."""
