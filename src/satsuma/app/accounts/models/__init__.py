"""Users, the workspace and the cache's table."""

from satsuma.app.accounts.models.cache import CacheEntry
from satsuma.app.accounts.models.user import User
from satsuma.app.accounts.models.workspace import Workspace

__all__ = ["CacheEntry", "User", "Workspace"]
