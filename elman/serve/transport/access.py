"""Who may ask: a token on every address but the loopback, and there only names of this machine.

A page of another site that reaches the loopback under a name of its own says that name (Host), and
any other is told by what its browser says of it (Sec-Fetch-Site, Origin): both are refused, so
nobody's browser can be made to ask a service that listens for its own user alone.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from elman.errors import OptionError

__all__ = ["Access", "access_of"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OURS = (b"same-origin", b"none")
"""What a browser says of a request that no page of somebody else makes."""
_LONGEST = 4096
"""Bytes of a token's file."""
_TOKEN = re.compile(r"[!-~]{16,512}")


class Access(NamedTuple):
    """What a request must show."""

    token: bytes | None = None
    """None where none is asked for."""
    hosts: frozenset[str] | None = None
    """Names by which the service may be addressed, without port; None for any."""

    def host_is_known(self, header: bytes) -> bool:
        """Say whether a request may address the service so."""
        if self.hosts is None:
            return True
        host = header.decode("latin-1").lower()
        return (host if host.endswith("]") else host.rpartition(":")[0] or host) in self.hosts

    def is_of_another_site(self, headers: Mapping[bytes, bytes]) -> bool:
        """Say whether a page of somebody else makes a request.

        Every browser says of which page a request is that changes something or opens a WebSocket
        (Origin); newer ones compare it themselves with what is asked (Sec-Fetch-Site), but not all
        of a WebSocket. Programs say neither.
        """
        if self.hosts is None:
            return False
        if (site := headers.get(b"sec-fetch-site")) is not None:
            return site not in _OURS
        origin = headers.get(b"origin")
        host = headers.get(b"host", b"")
        return origin is not None and origin.lower().partition(b"://")[2] != host.lower()

    def token_is_right(self, header: bytes) -> bool:
        """Say whether an Authorization header shows the token, in a time that tells nothing."""
        if self.token is None:
            return True
        kind, _, given = header.partition(b" ")
        same = hmac.compare_digest(given.strip(), self.token)
        return same and kind.lower() == b"bearer"


def access_of(
    host: str, token_file: Path | None, token: str | None, further: Iterable[str] = ()
) -> Access:
    """Return what requests to an address must show.

    Args:
        host: that is listened on.
        token_file: a file with the token.
        token: of the environment, where there is no file.
        further: names by which a service on the loopback may be addressed as well.

    Raises:
        OptionError: other machines can reach the address and there is no token, or a weak one.
    """
    place = "ELMAN_TOKEN"
    if token_file is not None:
        place = f"--token-file {token_file}"
        token = _read(token_file)
    if token is not None and not _TOKEN.fullmatch(token):
        raise OptionError(
            f"{place}: expected a token of 16 to 512 letters, digits and signs, without blanks, as "
            "`openssl rand -hex 32` makes one"
        )
    loopback = _is_loopback(host)
    if token is None and not loopback:
        raise OptionError(
            f"--host {host}: other machines may reach this address, so requests need a token; give "
            "--token-file FILE or set ELMAN_TOKEN, as `openssl rand -hex 32` makes one"
        )
    hosts = _LOOPBACK | {host.lower()} | {name.lower() for name in further} if loopback else None
    return Access(None if token is None else token.encode(), hosts)


def _read(path: Path) -> str:
    """Return what a file holds; it may be a link, as secrets of containers are."""
    why = "no file"
    try:
        if path.is_file():
            with open(path, "rb") as file:
                return file.read(_LONGEST).decode("latin-1").strip()
    except OSError as error:
        why = error.strerror or str(error)
    raise OptionError(f"--token-file {path} could not be read ({why}); give a file with the token")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
