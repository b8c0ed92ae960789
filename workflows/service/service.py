"""The use cases, together."""

from workflows.service.auditing import Auditing
from workflows.service.deciding import Deciding
from workflows.service.ending import Ending
from workflows.service.looking import Looking
from workflows.service.opening import Opening


class Service(Opening, Deciding, Ending, Looking, Auditing):
    """Everything people can do. Each method raises errors of ``workflows.errors`` that say what to do instead."""
