"""Views: each translates one address into one call of a service or query. One module per feature."""
