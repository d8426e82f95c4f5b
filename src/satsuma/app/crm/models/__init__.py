"""Everything the workspace keeps about its customers. Written by `services`, read by `queries`."""

from satsuma.app.crm.models.activity import Activity
from satsuma.app.crm.models.batch import Batch, BatchRow
from satsuma.app.crm.models.changes import ChangeCounter, Erased, SnapshotToken
from satsuma.app.crm.models.contact import Contact, ContactTag, Tag
from satsuma.app.crm.models.deal import Deal, ExchangeRate, Product, Stage
from satsuma.app.crm.models.field import Field, KeyCounter, Option, Section
from satsuma.app.crm.models.imports import Export, Import
from satsuma.app.crm.models.task import Task
from satsuma.app.crm.models.view import SavedView

__all__ = [
    "Activity",
    "Batch",
    "BatchRow",
    "ChangeCounter",
    "Contact",
    "ContactTag",
    "Deal",
    "Erased",
    "ExchangeRate",
    "Export",
    "Field",
    "Import",
    "KeyCounter",
    "Option",
    "Product",
    "SavedView",
    "Section",
    "SnapshotToken",
    "Stage",
    "Tag",
    "Task",
]
