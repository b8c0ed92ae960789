"""How a process without the admin key reaches OpenAI: it asks a worker, which reads, or makes the one key that is due.

A question and its answer cross in the database and live there for seconds. Only two can be asked: a call that changes
nothing, and the key of a claim that stands in the database as being taken. The answer is sealed to a key pair that the
asking process has in its memory alone.
"""

from workflows.relay.answering import Answering
from workflows.relay.asking import Asking, DistantKeyRing

__all__ = ["Answering", "Asking", "DistantKeyRing"]
