"""How Alembic reaches the database: over the connection that ``Database.migrate`` hands it."""

from alembic import context

from workflows.store.tables import metadata

LOCK = 7_305_113_094_166
"""A number that no other program locks."""

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Whoever migrates at the same time waits, and then finds that there is nothing left to do.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    context.run_migrations()
connection.commit()
