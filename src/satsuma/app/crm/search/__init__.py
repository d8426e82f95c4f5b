"""Full-text search: what is found by which words, the same on both databases. Python makes the words; the database only
stores and compares them. Kept up to date by services through the functions here, asked by `queries.search` and lists.
"""

from satsuma.app.crm.search.index import (
    forget,
    index_activities,
    index_contacts,
    index_deals,
    index_everything,
    index_tasks,
    shred_forgotten,
)
from satsuma.app.crm.search.tables import Thing

__all__ = [
    "Thing",
    "forget",
    "index_activities",
    "index_contacts",
    "index_deals",
    "index_everything",
    "index_tasks",
    "shred_forgotten",
]
