"""Ports on this machine that are free for a test's own processes."""

import os
import socket

OURS, KERNELS = 21_000, 32_768
"""The first port that is tried, and the first of those that the kernel gives away."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports(count: int) -> int:
    """Return the first of *count* neighbouring free ports, below those that the kernel gives away by itself."""
    places = (KERNELS - OURS) // count
    for place in range(os.getpid(), os.getpid() + places):  # each process looks from elsewhere on
        first = OURS + place % places * count
        sockets = [socket.socket() for _ in range(count)]
        try:
            for number, each in enumerate(sockets):
                each.bind(("127.0.0.1", first + number))
        except OSError:
            continue
        else:
            return first
        finally:
            for each in sockets:
                each.close()
    raise AssertionError("There are no free ports.")
