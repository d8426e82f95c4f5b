"""The only writers of runs."""
