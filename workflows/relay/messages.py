"""What is asked and answered, as JSON; and the seal."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from nacl.public import PrivateKey, PublicKey, SealedBox
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from workflows.admin_api import Call, IssuedKey
from workflows.errors import (
    AdminAPIError,
    AdminAPINotFound,
    AdminAPIRefused,
    AdminAPIThrottled,
    AdminAPIUnclear,
)

TEMPLATE = re.compile(r"/(?:organization|projects)(?:/(?:\w+|\{\w+\}))+", re.ASCII)
"""The Administration API lies below these two: whatever else the address has is nobody's to read with this key."""


def _template(value: str) -> str:
    """Accept a path of plain names; anything else might address something else, or format what it should not."""
    if not TEMPLATE.fullmatch(value):
        raise ValueError("not a path of names")
    return value


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """An answer; one of a newer worker may say more than we know of."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Asked(Message):
    """``trace`` is what the asker's log calls the delivery that this is about, for the worker's log."""

    trace: str = Field(default="", max_length=100)


class Read(Asked):
    """A call that changes nothing: its path with names for ids, the ids, and the query."""

    wants: Literal["read"] = "read"
    template: Annotated[str, AfterValidator(_template)]
    ids: dict[str, str]
    params: tuple[tuple[str, str], ...]
    patience: float = Field(ge=0, le=600)
    urgent: bool

    @classmethod
    def of(cls, call: Call, *, patience: float, urgent: bool) -> "Read":
        """Return the question for *call*. Raises ``ValueError`` when it changes something."""
        if call.is_write:
            raise ValueError("Only reads can be asked for.")
        return cls(template=call.template, ids=dict(call.ids), params=call.params, patience=patience, urgent=urgent)

    def call(self) -> Call:
        return Call(method="GET", template=self.template, ids=self.ids, params=self.params)


class Mint(Asked):
    """The key that a claim's *attempt* is waiting for."""

    wants: Literal["mint"] = "mint"
    request_id: str
    attempt: int


ASKED: TypeAdapter[Read | Mint] = TypeAdapter(Annotated[Read | Mint, Field(discriminator="wants")])


class Body(Told):
    says: Literal["body"] = "body"
    body: str


class Minted(Told):
    says: Literal["minted"] = "minted"
    id: str
    name: str
    value: str = Field(repr=False)
    expires_at: datetime | None
    request_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: IssuedKey) -> "Minted":
        return cls(**vars(key) | {"value": key.value.get_secret_value()})

    def key(self) -> IssuedKey:
        """Return the key. What a worker of the version before answers names no calls."""
        return IssuedKey(
            id=self.id,
            name=self.name,
            value=SecretStr(self.value),
            expires_at=self.expires_at,
            request_ids=self.request_ids,
        )


class Failed(Told):
    """The error that the call ended with."""

    says: Literal["failed"] = "failed"
    error: Literal["unclear", "refused", "not_found", "throttled"]
    sentence: str
    status: int = 0
    code: str | None = None
    param: str | None = None
    retry_after: float = 0.0

    @classmethod
    def of(cls, error: AdminAPIError) -> "Failed":
        match error:
            case AdminAPIThrottled():
                return cls(error="throttled", sentence=str(error), retry_after=error.retry_after)
            case AdminAPIRefused():
                name: Literal["not_found", "refused"] = (
                    "not_found" if isinstance(error, AdminAPINotFound) else "refused"
                )
                told = {"status": error.status, "code": error.code, "param": error.param}
                return cls(error=name, sentence=str(error), **told)
        return cls(error="unclear", sentence=str(error))

    def raised(self) -> AdminAPIError:
        """Return the error as it was raised."""
        told: Mapping[str, Any] = {"status": self.status, "code": self.code, "param": self.param}
        match self.error:
            case "throttled":
                return AdminAPIThrottled(self.sentence, retry_after=self.retry_after)
            case "not_found":
                return AdminAPINotFound(self.sentence, **told)
            case "refused":
                return AdminAPIRefused(self.sentence, **told)
        return AdminAPIUnclear(self.sentence)


Answer = Body | Minted | Failed
ANSWER: TypeAdapter[Answer] = TypeAdapter(Annotated[Answer, Field(discriminator="says")])


class Seal:
    """A key pair that lives in this process's memory: answers sealed to its public half are opened here alone.

    A sealed box is X25519 with a key pair of the sender's that is used once, and XSalsa20-Poly1305 (libsodium).
    """

    def __init__(self) -> None:
        self._private = PrivateKey.generate()

    @property
    def address(self) -> str:
        """The public half, as text."""
        return base64.b64encode(bytes(self._private.public_key)).decode()

    def open(self, sealed: str) -> Answer:
        """Return the answer. Raises ``ValueError`` or ``nacl.exceptions.CryptoError`` when it was not sealed to us."""
        return ANSWER.validate_json(SealedBox(self._private).decrypt(base64.b64decode(sealed, validate=True)))


def sealed(answer: Answer, address: str) -> str:
    """Return *answer* so that only the process with this *address* can read it. Raises as ``Seal.open`` does."""
    box = SealedBox(PublicKey(base64.b64decode(address, validate=True)))
    return base64.b64encode(box.encrypt(ANSWER.dump_json(answer))).decode()


def as_json(message: Message) -> dict[str, Any]:
    return message.model_dump(mode="json")
