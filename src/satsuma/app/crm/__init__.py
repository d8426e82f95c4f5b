"""Contacts, fields and their values, deals, activities, tasks, imports; the facts that segmentations read."""
