"""What goes wrong on purpose: which faults there are, which are armed, what they do to an exchange."""

from sandbox.openai.faults.armed import Faults
from sandbox.openai.faults.kinds import Commit, Fault, FaultSpec

__all__ = ["Commit", "Fault", "FaultSpec", "Faults"]
