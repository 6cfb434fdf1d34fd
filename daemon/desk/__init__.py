"""The support desk as pure functions: what a message means, and what the regulation makes of it."""
