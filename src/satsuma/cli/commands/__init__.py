"""One module per command; each offers `command`. Registered by `cli.main`."""
