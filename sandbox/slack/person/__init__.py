"""``/_sandbox/``: acting as a person of the workspace, looking at what they see, and ordering what goes wrong."""
