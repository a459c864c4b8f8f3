"""The three rooms of the hub: inname, index, koppeling. Each is one function from (state, records) to (state, outputs)."""
