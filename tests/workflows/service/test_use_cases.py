"""The service is made of parts that know nothing of each other: a name that two of them have would hide one."""

import itertools

from workflows.service import Service
from workflows.service.desk import Desk


def test_no_two_parts_of_the_service_have_a_name_in_common() -> None:
    parts = [each for each in Service.__mro__ if issubclass(each, Desk) and each is not Service]
    names = {part: {name for name in vars(part) if not name.startswith("__")} for part in parts}

    shared = [
        (one.__name__, other.__name__, *sorted(names[one] & names[other]))
        for one, other in itertools.combinations(parts, 2)
        if names[one] & names[other]
    ]

    assert shared == []
