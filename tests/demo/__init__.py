"""Tests of the embedded mail system and of the sample letters."""
