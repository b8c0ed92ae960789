"""Installing the app: the pages where a person allows it, and the codes it gets for that."""
