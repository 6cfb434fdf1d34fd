"""Private mail servers on loopback for the tests: Dovecot, Postfix, a scriptable submission server, a hostile wire."""
