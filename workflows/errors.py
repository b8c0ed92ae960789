"""Every error that is raised on purpose.

WorkflowError
├── Refusal                 somebody asked for what they cannot have; the text says why and what to do
│   ├── InvalidFields       a form's values, a sentence per field
│   ├── NotAllowed          the person has no authority for this
│   │   ├── SelfApproval
│   │   └── ForeignWorkspace
│   ├── Frozen              somebody has stopped all work for now
│   ├── UnknownRequest
│   ├── UnknownPerson
│   └── AmbiguousPerson     one e-mail address, two people
├── Conflict                somebody else was faster
│   ├── AlreadyDecided
│   └── InvalidTransition
├── Redelivered             the same delivery came again; its effect is already there
├── PolicyInvalid           the policy file, with its place
├── ChainBroken             the audit log was altered, with the first broken entry
├── AdminAPIError
│   ├── AdminAPIRefused     OpenAI answered no: nothing happened
│   │   ├── AdminAPINotFound
│   │   └── AdminAPIThrottled
│   └── AdminAPIUnclear     cut off: it may or may not have happened
└── PromptLayerError        nothing hangs on it
    ├── PromptLayerRefused
    └── PromptLayerUnclear  away, busy or not to be understood: ask again later
"""

from collections.abc import Mapping


class WorkflowError(Exception):
    """Base of every error raised on purpose; its text is a sentence for people, without a full stop to add."""


class Refusal(WorkflowError):
    """Somebody asked for what they cannot have."""


class InvalidFields(Refusal):
    """Values that cannot be taken: ``errors`` maps a field's name to one sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{field}: {sentence}" for field, sentence in errors.items()))


class NotAllowed(Refusal):
    """The person has no authority for this."""


class SelfApproval(NotAllowed):
    """The requester tried to decide their own request."""


class ForeignWorkspace(NotAllowed):
    """The person belongs to another workspace."""


class Frozen(Refusal):
    """Somebody has stopped all work for now."""


class UnknownRequest(Refusal):
    """No request has this reference."""


class UnknownPerson(Refusal):
    """Nobody active has this id or e-mail address."""


class AmbiguousPerson(Refusal):
    """Two active people have this e-mail address; guessing would give one the other's rights."""


class Conflict(WorkflowError):
    """Somebody else was faster; what the person saw is out of date."""


class AlreadyDecided(Conflict):
    """This person decided in this stage before."""


class InvalidTransition(Conflict):
    """The event cannot happen to a request in this state."""


class Redelivered(WorkflowError):
    """The same delivery came a second time; its effect is already there."""


class PolicyInvalid(WorkflowError):
    """The policy cannot be used; the text names file, place and mend."""


class ChainBroken(WorkflowError):
    """The audit log was altered; ``seq`` is the first entry that does not verify."""

    def __init__(self, seq: int, sentence: str) -> None:
        self.seq = seq
        super().__init__(sentence)


class AdminAPIError(WorkflowError):
    """OpenAI's Administration API did not do what was asked."""


class AdminAPIRefused(AdminAPIError):
    """OpenAI answered no, so nothing happened.

    ``status`` is HTTP's, ``code`` OpenAI's or None, ``param`` the field of the call it objects to or None.
    """

    def __init__(self, sentence: str, *, status: int, code: str | None = None, param: str | None = None) -> None:
        self.status = status
        self.code = code
        self.param = param
        super().__init__(sentence)


class AdminAPINotFound(AdminAPIRefused):
    """HTTP 404; shortly after a create it may only mean *not yet*."""


class AdminAPIThrottled(AdminAPIRefused):
    """HTTP 429: nothing happened; ``retry_after`` is in seconds."""

    def __init__(self, sentence: str, *, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(sentence, status=429, code="rate_limit")


class AdminAPIUnclear(AdminAPIError):
    """The call was cut off (timeout, connection lost, 5xx): it may have happened. Look before trying again."""


class PromptLayerError(WorkflowError):
    """PromptLayer did not do what was asked; whatever it was for goes on without."""


class PromptLayerRefused(PromptLayerError):
    """PromptLayer answered no; ``status`` is HTTP's."""

    def __init__(self, sentence: str, *, status: int) -> None:
        self.status = status
        super().__init__(sentence)


class PromptLayerUnclear(PromptLayerError):
    """PromptLayer did not answer, is busy, or answered something that cannot be read."""
