"""Fixtures for all tests: the mail servers of `tests.servers`, and whole installations."""

pytest_plugins = ["tests.servers.fixtures", "tests.fixtures"]
