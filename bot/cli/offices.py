"""What each workspace that is served has of its own: its policy, its people, its channels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.app import Served
from bot.background import Background
from bot.cli.sites import HOME, Site, Sites
from bot.directory import SlackDirectory
from bot.notifier import Room
from bot.pictures import Draw, Pictures
from bot.settings import Settings
from workflows.budgets import Budgets
from workflows.budgets.facts import Facts
from workflows.budgets.quotes import Quotes
from workflows.budgets.statements import Statements
from workflows.keyring import KeyRing
from workflows.kind import Kind
from workflows.organization import Organization
from workflows.policy import Alerts, Policy
from workflows.prices import Prices
from workflows.reports import Reports
from workflows.service import Service
from workflows.store import Database


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all workspaces have together."""

    settings: Settings
    database: Database
    organization: Organization
    keyring: KeyRing
    kinds: Mapping[str, type[Kind]]
    prices: Prices
    background: Background
    draw: Draw
    now: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Office:
    """One workspace's own parts. ``database`` is the view of what belongs to it."""

    site: Site
    database: Database
    directory: SlackDirectory
    service: Service
    reports: Reports
    pictures: Pictures
    served: Served

    def room(self, budgets: Budgets) -> Room:
        """Return where its people are told."""
        return Room(
            database=self.database,
            client=self.site.quiet,
            dossier=Facts(service=self.service, database=self.database).dossier,
            alert=budgets.dossier,
            requests_channel=self.site.requests_channel,
            alarm_channels=self.site.alarm_channels,
            pictures=self.pictures,
        )


class Offices:
    """All of them, by the workspace's id."""

    def __init__(self, sites: Sites, policies: Mapping[str, Policy], shared: Shared) -> None:
        self._sites = sites
        # Also the only one that is listed: what belongs to another, which has left the list, is nothing to it.
        bound = sites.installations is not None
        self._by_id = {each.id: _office(each, policies[each.id], shared, bound=bound) for each in sites.all}

    @property
    def all(self) -> Sequence[Office]:
        return list(self._by_id.values())

    @property
    def policies(self) -> Mapping[str, Policy]:
        """The policies that hold now, home's first, by the workspaces' teams; one that is alone has no team."""
        return {each.site.team: each.service.policy for each in self.all}

    @property
    def home(self) -> Office:
        return self._by_id[HOME]

    def directory(self, workspace: str) -> SlackDirectory:
        """Return who is who in a workspace; in the home workspace for one that is not served any more."""
        return self._by_id.get(workspace, self.home).directory

    def alerts(self) -> Alerts:
        """Return when people are warned: by the home workspace's policy, of projects of others by theirs."""
        elsewhere = {each: office.service.policy.alerts for each, office in self._by_id.items() if each != HOME}
        alerts = self.home.service.policy.alerts
        return replace(alerts, elsewhere=elsewhere) if elsewhere else alerts

    def served(self, payload: Mapping[str, Any]) -> Served | None:
        """Return the workspace that a payload is from, None for one that is not served."""
        found = self._sites.id_of(payload)
        return self._by_id[found].served if found is not None else None


def _office(site: Site, policy: Policy, shared: Shared, *, bound: bool) -> Office:
    """Build one; *bound*: it sees only what belongs to it."""
    database = shared.database.of(site.id) if bound else shared.database
    organization = shared.organization.of(database) if bound else shared.organization
    directory = SlackDirectory(client=site.client, identity=site.identity)
    service = Service(
        database=database,
        organization=organization,
        directory=directory,
        policy=policy,
        kinds=shared.kinds,
        keyring=shared.keyring,
        now=shared.now,
    )
    reports = Reports(service=service, posts_showback="alerts" in site.alarm_channels)
    pictures = Pictures(client=site.client, draw=shared.draw)
    provided = {
        "service": service,
        "directory": directory,
        "background": shared.background,
        "statements": Statements(service=service, database=database),
        "quotes": Quotes(service=service, database=database, prices=shared.prices),
        "pictures": pictures,
        "reports": reports,
        "openai_base_url": shared.settings.openai_base_url,
        "uninstalled": site.uninstalled,
    }
    return Office(
        site=site,
        database=database,
        directory=directory,
        service=service,
        reports=reports,
        pictures=pictures,
        served=Served(identity=site.identity, token=site.token, provided=provided),
    )
