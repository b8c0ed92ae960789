"""The app in several workspaces: which may have it, where it is installed, and its tokens, sealed at rest."""

from bot.installations.client import InstalledClient
from bot.installations.flow import Flow, installing
from bot.installations.installations import Installations, Installed, NotInstalled
from bot.installations.listed import Listed, load_workspaces
from bot.installations.store import SealedStore
from bot.sealing import Seal

__all__ = [
    "Flow",
    "Installations",
    "Installed",
    "InstalledClient",
    "Listed",
    "NotInstalled",
    "Seal",
    "SealedStore",
    "installing",
    "load_workspaces",
]
