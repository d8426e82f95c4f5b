"""What pages show: frozen values that views make out of queries and templates lay out. One module per feature."""
