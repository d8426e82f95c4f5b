"""Reads: get_ raises, find_ gives None, list_ and count_ do what they say. Called by web, cli and services."""
