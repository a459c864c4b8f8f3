"""What an operator does to a running hub: stop, recall, let a tafel join or leave. Every act is written down before it has an effect."""
