"""Who can open a web address."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Tell whether an address reaches only the machine on which it is opened."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # not an address at all
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return False
