"""Segments in the lists of companies and people."""
