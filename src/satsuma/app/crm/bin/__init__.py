"""The bin: what was deleted waits there for 30 days. Filled by services of contacts and deals, emptied by `jobs`."""
