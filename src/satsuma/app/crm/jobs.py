"""The jobs of this app, for `jobs.apps` to find: each module registers its own."""

from satsuma.app.crm.bin import jobs as bin_
from satsuma.app.crm.exports import jobs as exports
from satsuma.app.crm.imports import jobs as imports
from satsuma.app.crm.lists import jobs as bulk
from satsuma.app.crm.search import jobs as search
from satsuma.app.crm.snapshots import jobs as snapshots

__all__ = ["bin_", "bulk", "exports", "imports", "search", "snapshots"]
