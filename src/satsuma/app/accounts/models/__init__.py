"""Users and the workspace."""

from satsuma.app.accounts.models.user import User
from satsuma.app.accounts.models.workspace import Workspace

__all__ = ["User", "Workspace"]
