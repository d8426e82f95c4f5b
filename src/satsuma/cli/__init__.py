"""The command line: translates arguments and files into calls of `engine`, and results into text."""
