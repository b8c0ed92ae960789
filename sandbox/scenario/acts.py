"""What the company's people did this morning, acted through the local workspace as they would click it."""

import httpx

from sandbox.scenario.company import address
from sandbox.scenario.hands import PATIENCE, Hands


async def act(workspace_address: str) -> None:
    """Ask, approve and deny as the company's people, so that requests in several states stand in the channels.

    Raises ``TimeoutError`` when the bot does not answer, ``httpx.HTTPStatusError`` when an act is refused.
    """
    async with httpx.AsyncClient(base_url=f"{workspace_address}/_sandbox", timeout=PATIENCE) as http:
        hands = await Hands.of(http)
        await hands.ask("quinn", "budget", project="internal-qa", monthly_limit="500", reason="Nightly runs for 4.2.")
        await hands.approve("olivia", "internal-qa")
        await hands.ask("dana", "budget", project="prompt-lab", monthly_limit="2,000", reason="Trying bigger models.")
        await hands.deny("lena", "prompt-lab", "Let us first see what the mini model can do.")
        await hands.ask(
            "dana",
            "key",
            project="internal-qa",
            service_account="release-check",
            reason="The release pipeline asks it the handbook's questions.",
        )
        await hands.approve("quinn", "internal-qa")
        await hands.ask(
            "dana",
            "budget",
            project="support-assistant",
            monthly_limit="2,800",
            reason="The help centre opens in Spain on Thursday; last year that doubled the questions for a week.",
        )
        await hands.ask(
            "lena",
            "new",
            name="voice-notes",
            environment="sandbox",
            purpose="Can we turn customers' voice notes into tickets?",
            owners=[address("lena")],
            members=[address("dana"), address("priya")],
        )
