"""The pages: HTML out of templates, one translation of what the services and queries of `app` offer."""
