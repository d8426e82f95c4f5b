"""`python -m satsuma.cli`: the command `satsuma`, as the supervisor starts it for its children."""

from satsuma.cli.main import run

run()
