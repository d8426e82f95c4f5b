"""Forms: what a page asks, and how what was typed becomes typed values. One module per feature."""
