"""One file per resource of the Administration API; each collects its operations under the name ``operations``."""
