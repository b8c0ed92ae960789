"""The pause of a project from its alert: for its owners, with the form filled in, and ended with one click."""

from bot import cards
from tests.bot.handlers.office import Office, until, words
from tests.support.alerts import dossier
from tests.workflows.budgets.watching import later, never_read, proofs, spend, told
from workflows.lifecycle import State
from workflows.policy import policy_from_text

RULES = """
version: 1
environments: {sandbox: {description: Tries., monthly_limit: 50}}
fallback: [{group: platform}]
rules:
  - {name: by an owner, kinds: [pause], when: request.project_owner || request.organization_owner, auto: true}
  - {name: within, kinds: [pause], stages: [{approvers: [project_owners]}]}
"""


async def alarmed(office: Office) -> str:
    """Have 84% of the project's limit spent, and its alert stand in the channel; returns the message's ts."""
    acme = office.company
    office.service.policy = policy_from_text(RULES, "policy.yml")
    await never_read(acme)
    spend(acme, 420)
    await later(acme)
    alert = (await told(acme.database))[0]
    drawn = cards.alert(dossier(**vars(alert)))
    message = {"channel": office.requests, "text": drawn.text, "blocks": drawn.blocks}
    headers = {"Authorization": f"Bearer {office.workspace.tokens.bot}"}
    answer = (await office.http.post("/api/chat.postMessage", json=message, headers=headers)).json()
    assert answer["ok"], answer
    return str(answer["ts"])


async def test_an_owner_pauses_from_the_alert_and_another_owner_ends_it_with_one_click(office: Office) -> None:
    ts = await alarmed(office)

    await office.action("petra", "pause", channel=office.requests, ts=ts)
    form = await office.view_saying("petra", "HTTP 429")
    filled = {each["block_id"]: str(each["element"]) for each in form["blocks"] if each["type"] == "input"}
    assert "internal-qa" in filled["project"]
    assert "$420 is spent" in filled["reason"]
    assert "Nobody has to" in words(form)
    assert (await office.submit("petra", form))["ok"]

    (request,) = await office.service.mine(office.id("petra"))
    await office.carried_out(request)
    card = await office.card()
    assert "End the pause" in words(card)
    await office.press("olivia", "give_back")
    await office.company.executor.run_due()
    assert await office.state(request) is State.REVERTED


async def test_whoever_owns_nothing_is_told_so_and_written_down(office: Office) -> None:
    ts = await alarmed(office)

    await office.action("dana", "pause", channel=office.requests, ts=ts)

    form = await office.view_saying("dana", "Only an owner of internal-qa or of the organisation can pause it.")
    assert not [each for each in form["blocks"] if each["type"] == "input"]
    (refused,) = await proofs(office.company.database, "pause_refused")
    assert refused["project"] == office.company.project_id


async def test_while_openai_does_not_say_who_owns_it_nobody_does(office: Office) -> None:
    ts = await alarmed(office)
    await office.company.fault(fault="server_error", path_regex="/users$", count=None)

    await office.action("petra", "pause", channel=office.requests, ts=ts)

    async def answered() -> bool:
        view = await office.view("petra")
        return view is not None and "One moment" not in words(view) and "HTTP 429" not in words(view)

    await until(answered)
    assert await office.service.mine(office.id("petra")) == []
