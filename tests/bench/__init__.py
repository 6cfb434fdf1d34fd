"""Benchmarks: what a letter costs beside a bare loop on the same servers in one run; printed, never asserted."""
