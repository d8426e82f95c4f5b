"""Work that takes longer than a click: runs, their leases and the worker that does them."""
