"""Fixtures for all tests: the mail servers of `tests.servers`."""

pytest_plugins = ["tests.servers.fixtures"]
