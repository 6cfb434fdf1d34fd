"""The tests. `tests.servers` starts real mail servers for them."""
