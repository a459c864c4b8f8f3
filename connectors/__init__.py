"""The connectors: one process per organisation, on its own premises. Here, and only here, a name exists."""
