"""The Administration API's replies and what they say: pure reading, no sending."""
