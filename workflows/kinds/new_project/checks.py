"""What can be wrong with a new project, one sentence for each field of its form."""

from collections.abc import Sequence
from datetime import date

from workflows.kind import Context, person_problem
from workflows.kinds.new_project.bundle import mistake
from workflows.money import dollars
from workflows.policy import Environment as Template


async def name_errors(kind: str, name: str, context: Context) -> dict[str, str]:
    if await context.organization.projects_named(name):
        return {"name": f"There is a project named {name} already. Choose another name."}
    if await context.organization.names_asked_for(kind, name, besides=context.own):
        return {"name": f"A request for a project named {name} is open already. Choose another name."}
    if await context.organization.names_a_request(name):
        return {"name": "This name holds the reference of a request, so the two could be confused. Leave it out."}
    return {}


async def people_errors(owners: Sequence[str], members: Sequence[str], context: Context) -> dict[str, str]:
    errors: dict[str, str] = {}
    for field, emails in (("owners", owners), ("members", members)):
        for email in emails:
            problem = await person_problem(email, context, must_be_here=field == "owners")
            if problem:
                errors.setdefault(field, problem)
    both = set(owners) & set(members)
    if both:
        errors.setdefault("members", f"{min(both)} is an owner already; leave it out here.")
    return errors


def limit_errors(limit: int | None, template: Template) -> dict[str, str]:
    most = template.maximum_monthly_limit
    if most is not None and limit is not None and limit > most:
        return {"monthly_limit": f"At most {dollars(most)} a month in {template.name}."}
    return {}


def end_errors(ends_on: date | None, today: date) -> dict[str, str]:
    return {"ends_on": "Choose a day in the future."} if ends_on is not None and ends_on <= today else {}


async def model_errors(given: Sequence[str], template: Template, context: Context) -> dict[str, str]:
    """Check the models that the form names, or else those of the policy."""
    offered = await context.organization.models()
    unknown = [each for each in given or template.models if offered and each not in offered]
    if not unknown:
        return {}
    if not given:
        return mistake(template, f"the model {unknown[0]}, which this organisation does not have").errors
    return {"models": f"{unknown[0]} is not a model of this organisation. Choose from the list."}
