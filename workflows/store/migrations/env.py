"""How Alembic reaches the database: over the connection that ``Database.migrate`` hands it."""

from alembic import context

from workflows.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
