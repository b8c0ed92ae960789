"""`/openai quote`: what a use of a model would cost, and from there to the form that asks for it."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks import Block
from bot.forms import form, saying, values
from bot.forms.quote import ASK, QUOTE, TITLE, quote_form, quoted
from bot.handlers.guard import Failure, Late, answering, outcome_of, promptly
from bot.handlers.opening import fill
from bot.handlers.projects import matching
from bot.handlers.submissions import field_errors
from bot.payloads import Click, Submission
from workflows.budgets.quotes import Quotes
from workflows.money import dollars
from workflows.service import Service

WORD = "quote"
_WAITING = "This takes longer than usual."


def register(app: AsyncApp) -> None:
    app.view(QUOTE)(submit)
    app.action(ASK)(ask)


async def dialog(service: Service, user: str, rest: str) -> Block:
    """Return the form, with the project that is named, if it names one."""
    del user
    found = await matching(service, rest) if rest else []
    return quote_form({found[0].id: found[0].name} if len(found) == 1 else None)


async def submit(context: AsyncBoltContext, body: dict[str, Any], quotes: Quotes) -> None:
    async with answering(context, body):
        submission = Submission.model_validate(body)
        view = submission.view
        match await outcome_of(promptly(context, _reckoned(quotes, submission))):
            case Failure(error=Late() as late):
                await context.ack(response_action="update", view=saying(TITLE, [_WAITING]))
                context["background"].spawn(fill(context, view.id, TITLE, partial(_finished, late)))
            case Failure(error=error):
                await context.ack(response_action="errors", errors=field_errors(error, view))
            case drawn:
                await context.ack(response_action="update", view=drawn)


async def _reckoned(quotes: Quotes, submission: Submission) -> Block:
    return quoted(await quotes.quote(values(submission.view.state), submission.user_id))


async def _finished(late: Late) -> Block:
    outcome = await late.task
    if isinstance(outcome, Failure):
        raise outcome.error
    drawn: Block = outcome
    return drawn


async def ask(context: AsyncBoltContext, body: dict[str, Any], service: Service) -> None:
    """Show the form for a budget, or for a new project, in place of the quote."""
    async with answering(context, body):
        click = Click.model_validate(body)
        project, _, cents = click.value.rpartition(" ")
        kind = service.kinds["budget" if project else "new_project"]
        if click.view is not None:
            make = partial(_form, service, kind.kind, project, dollars(int(cents)), click.user_id)
            context["background"].spawn(fill(context, click.view.id, kind.label, make))


async def _form(service: Service, kind: str, project: str, limit: str, user: str) -> Block:
    given = {"monthly_limit": limit} | ({"project": project} if project else {})
    labels = {project: (await service.organization.project(project)).name} if project else {}
    preview = await service.preview(kind, given, user)
    return form(service.kinds[kind], preview, given=given, labels=labels)
