"""Backups of an installation: one file with the database and the uploads. Called by `backup` and `restore`."""
