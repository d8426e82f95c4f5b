"""The writes of this app: the only way in which its models change."""
