"""Finds the sentence for each change of a record; the modules ``sentences_of_...`` have them by shelf."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sandbox.openai.organization import Organization
from sandbox.openai.overview import sentences_of_organization, sentences_of_people, sentences_of_projects
from sandbox.openai.overview.names import Names
from sandbox.openai.records import PROJECTS
from sandbox.openai.store import Written

Say = Callable[[Written, Names], str | None]
"""None when there is nothing to say: the record is as before, or only its use was noted."""

SAY: Mapping[str, Say] = {**sentences_of_projects.SAY, **sentences_of_people.SAY, **sentences_of_organization.SAY}


def sentences(organization: Organization, written: Sequence[Written]) -> Iterator[tuple[str | None, str]]:
    """Yield for each change of a transaction that is worth one a sentence, and its project's id if it has one."""
    names = Names(organization, written)
    archived = {each.key for each in written if each.shelf == PROJECTS.name and each.after.archived_at}
    for each in written:
        if each.owner in archived:
            continue  # that everything in it is gone is what archiving means
        text = SAY[each.shelf](each, names) if each.shelf in SAY else None
        if text is not None:
            yield project_of(organization, each), text


def project_of(organization: Organization, written: Written) -> str | None:
    """Return the id of the project that a record is filed under, None for one of the organisation."""
    place = written.key if written.shelf == PROJECTS.name else written.owner
    return place if place in organization.store[PROJECTS].of() else None
