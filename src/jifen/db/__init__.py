"""PostgreSQL: the embedded server, connections, migrations, statements and rows by COPY."""
