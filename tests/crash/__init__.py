"""Kills at every boundary: whatever dies when, nothing is lost and nothing happens twice."""
