"""The proving ground of the matching: an invented Netherlands with its registers and their errors, peers, and an attack."""
