"""Reading the one thing that is shown of a certificate: from when until when it is valid."""

import datetime as dt
import ssl
from collections.abc import Iterator

CONSTRUCTED_CONTEXT_0 = 0xA0
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
LONG_FORM = 0x80
Element = tuple[int, bytes]


def validity(pem: str) -> tuple[int, int]:
    """Return the first and last second, in Unix seconds, of the one certificate in *pem*.

    Raises ``ValueError`` with a sentence when there is not exactly one, or OpenSSL cannot read it.
    """
    if pem.count(ssl.PEM_HEADER) != 1:
        raise ValueError("give exactly one certificate in PEM format")
    try:
        der = ssl.PEM_cert_to_DER_cert(pem.strip())
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=der)
        return _validity_of(der)
    except (ValueError, LookupError, StopIteration, ssl.SSLError):
        raise ValueError("this is no certificate in PEM format") from None


def _validity_of(der: bytes) -> tuple[int, int]:
    """Walk to Certificate.tbsCertificate.validity (RFC 5280, 4.1); OpenSSL has vouched for the shape."""
    ((_, certificate),) = _elements(der)
    _, to_be_signed = next(_elements(certificate))
    fields = list(_elements(to_be_signed))
    if fields[0][0] == CONSTRUCTED_CONTEXT_0:
        del fields[0]  # the version, which the oldest certificates do not have
    _serial, _algorithm, _issuer, (_, period) = fields[:4]
    begins, ends = _elements(period)
    return _moment(begins), _moment(ends)


def _elements(der: bytes) -> Iterator[Element]:
    """Yield tag and content of each element standing side by side in *der*."""
    position = 0
    while position < len(der):
        tag, length = der[position], der[position + 1]
        position += 2
        if length >= LONG_FORM:
            size = length - LONG_FORM
            length = int.from_bytes(der[position : position + size], "big")
            position += size
        yield tag, der[position : position + length]
        position += length


def _moment(element: Element) -> int:
    tag, content = element
    text = content.decode("ascii")
    if tag == UTC_TIME:
        text = ("19" if text >= "50" else "20") + text  # RFC 5280, 4.1.2.5.1
    elif tag != GENERALIZED_TIME:
        raise ValueError("this certificate has no validity")
    return int(dt.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC).timestamp())
