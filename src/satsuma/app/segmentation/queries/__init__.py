"""The reads of this app: the only way in which pages, commands and the API see its models."""
