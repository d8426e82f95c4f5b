"""Lists of companies, people and deals: one mechanism for all of them. A list is described by a `ListDefinition`; what
somebody asks of it stands in the address and is read into a `ListQuery`; `queries.lists` answers it, page by page.
"""

from satsuma.app.crm.lists.columns import Answer, Column, Expression
from satsuma.app.crm.lists.conditions import Condition, Operator, operators_of
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import ListQuery, read_address, read_list_query

__all__ = [
    "Answer",
    "Column",
    "Condition",
    "Expression",
    "ListDefinition",
    "ListQuery",
    "Operator",
    "operators_of",
    "read_address",
    "read_list_query",
]
