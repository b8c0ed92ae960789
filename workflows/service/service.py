"""The use cases, together."""

from workflows.service.alerting import Alerting
from workflows.service.anchoring import Anchoring
from workflows.service.asking import Asking
from workflows.service.auditing import Auditing
from workflows.service.claiming import Claiming
from workflows.service.deciding import Deciding
from workflows.service.editing import Editing
from workflows.service.emergencies import Emergencies
from workflows.service.ending import Ending
from workflows.service.escalating import Escalating
from workflows.service.freezing import Freezing
from workflows.service.governing import Governing
from workflows.service.granting import Granting
from workflows.service.handing_over import HandingOver
from workflows.service.knowing import Knowing
from workflows.service.looking import Looking
from workflows.service.narrowing import Narrowing
from workflows.service.reminding import Reminding
from workflows.service.repeating import Repeating
from workflows.service.reviewing import Reviewing
from workflows.service.spending import Spending


class Service(
    Granting,
    Narrowing,
    Deciding,
    Editing,
    Emergencies,
    Reviewing,
    Asking,
    Repeating,
    Claiming,
    Ending,
    Looking,
    Knowing,
    Auditing,
    Alerting,
    Spending,
    Freezing,
    Governing,
    Reminding,
    HandingOver,
    Escalating,
    Anchoring,
):
    """Everything people can do. Each method raises errors of ``workflows.errors`` that say what to do instead."""
