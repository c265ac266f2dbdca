"""Addresses of files elsewhere, as `s3://bucket/in/a.csv`: known, shown, and opened by fsspec.

Credentials come from the environment alone: an address that carries some is refused, and no message
shows any. fsspec is imported when the first address is given.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from elman.errors import DataError, ElmanError, MissingExtraError, OptionError, installing

__all__ = ["asking", "file_system", "is_address", "shown", "without_query"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_WEB = re.compile(r"https?://", re.I)
_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_QUERY = re.compile(r"(://[^\s?]*)\?\S+")
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL|KEY", re.I)
_SHORTEST = 6
"""Characters of a secret; a shorter one would take words out of messages."""
_LONGEST = 300


def is_address(name: object) -> bool:
    """Say whether a name is that of a file elsewhere."""
    return isinstance(name, str) and _SCHEME.match(name) is not None


def without_query(address: str) -> str:
    """Return an address without its query, as a signature is one; in a store ? is of the name."""
    return address.partition("?")[0] if _WEB.match(address) else address


def shown(text: str) -> str:
    """Return text without users, passwords, signatures, and what the environment keeps secret."""
    text = _QUERY.sub(r"\1?…", _USER.sub("…@", text))
    for name, value in os.environ.items():
        if _SECRET.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, "…")
    return text


def file_system(address: str) -> tuple[Any, str]:
    """Return fsspec's file system of an address, and the path in it.

    Raises:
        OptionError: the address holds a user or a password, or nobody knows its scheme.
        MissingExtraError: fsspec, or what it needs for this scheme, is not installed.
    """
    if _USER.search(address):
        raise OptionError(
            f"{shown(address)}: an address with a user or a password is read by whoever lists the "
            "processes. Put them into the environment, where the library of this scheme looks."
        )
    try:
        import fsspec
    except ImportError:
        raise MissingExtraError(
            f"{shown(address)}: addresses need fsspec. Run: {installing('remote')}"
        ) from None
    scheme = address.partition("://")[0]
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(address)
    except ImportError as fault:
        raise MissingExtraError(
            f"{shown(address)}: fsspec needs a further package for {scheme}:// "
            f"({shown(str(fault)):.200}). Install that."
        ) from None
    except ValueError:
        raise OptionError(
            f"{shown(address)}: {scheme}:// is no scheme that fsspec knows; s3://, gs:// and "
            "hdfs:// are."
        ) from None
    except Exception as fault:
        raise _failed(address, fault) from None
    return found


@contextlib.contextmanager
def asking(address: str) -> Iterator[None]:
    """Turn whatever a library of some store raises into a DataError without secrets."""
    try:
        yield
    except (ElmanError, GeneratorExit):
        raise
    except Exception as fault:
        raise _failed(address, fault) from None


def _failed(address: str, fault: Exception) -> DataError:
    name = shown(address)
    if isinstance(fault, FileNotFoundError):
        return DataError(f"{name}: no such file or folder there.")
    kind = type(fault).__name__
    if isinstance(fault, PermissionError) or "Credential" in kind:
        return DataError(
            f"{name}: access was refused, or there are no credentials ({kind}). Put them into the "
            "environment, where the library of this scheme looks, and run again."
        )
    said = " ".join(shown(str(fault)).split())[:_LONGEST]
    return DataError(f"{name}: could not be reached ({kind}{f': {said}' if said else ''}).")
