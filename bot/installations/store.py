"""slack_sdk's store of installations, with its tokens sealed.

Only the bot's own installation is kept: we ask for no rights of a person, so there is no person's token to lose.
"""

import copy

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore

from bot.sealing import Seal
from workflows.store import Database


class SealedStore(AsyncSQLAlchemyInstallationStore):
    """Keeps what ``oauth.v2.access`` gave for each workspace, and each organisation that has it for all of them."""

    def __init__(self, *, client_id: str, database: Database, seal: Seal) -> None:
        super().__init__(client_id=client_id, engine=database.engine)
        self._seal = seal

    async def async_save(self, installation: Installation) -> None:
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        sealed = copy.copy(bot)
        sealed.bot_token = self._seal.seal(bot.bot_token)
        await super().async_save_bot(sealed)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the newest installation. Raises ``Unopenable`` when its token was sealed with another key."""
        found = await super().async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        if found is not None:
            found.bot_token = self._seal.open(found.bot_token)
        return found
