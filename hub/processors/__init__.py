"""The three rooms of the hub: inname, index, koppeling.

Each is one function over a state in memory: it takes records, changes the state, and returns what must be written. It does no I/O. It
counts (metrics) and logs.
"""
