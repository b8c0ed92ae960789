"""A judge that holds every exchange with an OpenAI organisation against the published API description.

Wrap the application: ``judge = Judged(create_app(organization), Description.published())``, serve ``judge``, and end
the test with ``judge.verdict()``, which fails with every violation seen. An operation, parameter or field that the
description does not know is one; what is newer than the description stands in ``newer``, by name.
"""

from tests.support.openapi.description import ABSENT, DESCRIPTION, Description
from tests.support.openapi.judged import Exchange, Judged

__all__ = ["ABSENT", "DESCRIPTION", "Description", "Exchange", "Judged"]
