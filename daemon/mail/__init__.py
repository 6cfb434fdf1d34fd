"""The received message and our letters as pure values: no socket, clock, random, environment, log or database."""
