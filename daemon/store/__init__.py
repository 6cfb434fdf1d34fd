"""The database and the raw octets. Knows nothing of the network."""
