"""Steps about service accounts: made without a key and without permissions, then named and given their role."""

from workflows.admin_api import ServiceAccount
from workflows.errors import AdminAPINotFound, Refusal
from workflows.kind import Receipt, Step, Work

ROLE = "member"


def create_account(name: str) -> Step:
    """Make a service account, for a while with the request's id in its name; ``name_account`` follows.

    As for a project, the id tells ours from one of the same name, and finds a call again that was cut off.
    """

    async def look(work: Work) -> Receipt | None:
        accounts = await work.api.service_accounts(work.project_id)
        mine = (each for each in accounts if each.name == _temporary(work, name))
        made = sorted(mine, key=lambda each: each.created_at)
        if made:
            return {"account_id": made[0].id}
        if any(each.name == name for each in accounts):
            raise Refusal(f"A service account {name} was made meanwhile. Ask again: the key is then made for that one.")
        return None

    async def act(work: Work) -> None:
        await work.api.create_service_account(work.project_id, _temporary(work, name))

    return Step(name="create_account", says=f"Create the service account {name}", look=look, act=act)


def name_account(name: str) -> Step:
    """Give the account that was made its own name."""

    async def look(work: Work) -> Receipt | None:
        account = await _made(work)
        return {"account_name": name} if account.name == name else None

    async def act(work: Work) -> None:
        await work.api.update_service_account(work.project_id, _account_id(work), name=name)

    return Step(name="name_account", says=f"Name it {name}", look=look, act=act)


def give_account_role() -> Step:
    """Let the account that was made use the project."""

    async def look(work: Work) -> Receipt | None:
        account = await _made(work)
        return {"account_role": account.role} if account.role == ROLE else None

    async def act(work: Work) -> None:
        await work.api.update_service_account(work.project_id, _account_id(work), role=ROLE)

    return Step(name="give_account_role", says=f"Make it a {ROLE} of the project", look=look, act=act)


def find_account(account_id: str, name: str) -> Step:
    """Make sure that the account that was there when this was asked for is there still."""

    async def look(work: Work) -> Receipt | None:
        try:
            account = await work.api.service_account(work.project_id, account_id)
        except AdminAPINotFound:
            raise Refusal(f"The service account {name} is gone. Ask again with another one.") from None
        return {"account_id": account.id}

    async def act(work: Work) -> None:
        del work

    return Step(name="find_account", says=f"Find the service account {name}", look=look, act=act)


def delete_account(account_id: str, name: str) -> Step:
    """Delete a service account and with it every key that it has."""

    async def look(work: Work) -> Receipt | None:
        accounts = await work.api.service_accounts(work.project_id)
        return None if any(each.id == account_id for each in accounts) else {"account_deleted": account_id}

    async def act(work: Work) -> None:
        await work.api.delete_service_account(work.project_id, account_id)

    return Step(name="delete_account", says=f"Delete the service account {name}", look=look, act=act)


def _temporary(work: Work, name: str) -> str:
    return f"{work.request.id} {name}"


async def _made(work: Work) -> ServiceAccount:
    return await work.api.service_account(work.project_id, _account_id(work))


def _account_id(work: Work) -> str:
    return str(work.receipts["create_account"]["account_id"])
