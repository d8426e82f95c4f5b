"""A page with every component of the frame, for looking at them in a browser. Only tests can reach it."""
