"""A real Apache Kafka as a child process: one node, KRaft, no Docker."""
