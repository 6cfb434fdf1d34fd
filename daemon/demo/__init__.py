"""The embedded mail system of the demonstration and the sample letters that it lets arrive.

Promise: standard library only, loopback only, everything in memory; nothing here is used by the service itself.
"""
