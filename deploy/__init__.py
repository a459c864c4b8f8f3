"""Everything that runs around the hub: the embedded broker, alert rules, dashboard, containers."""
