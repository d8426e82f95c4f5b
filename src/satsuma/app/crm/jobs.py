"""The jobs of this app, for `jobs.apps` to find: each module registers its own."""

from satsuma.app.crm.imports import jobs as imports
from satsuma.app.crm.lists import jobs as bulk

__all__ = ["bulk", "imports"]
