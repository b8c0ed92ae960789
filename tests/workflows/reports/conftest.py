"""Reports are tried on SQLite; what hangs on the database itself is tried on both, by ``BOTH``."""

from tests.support.databases import tried_on

_database_url = tried_on("sqlite")
