"""Namespaces of its own, no capabilities, and no way to gain any."""

from __future__ import annotations

import ctypes
import os

from .kernel import MissingLayerError, call

_NO_NEW_PRIVS = 38
_NEW = {
    "user": 1 << 28,
    "network": 1 << 30,
    "ipc": 1 << 27,
    "mount": 1 << 17,
    "host name": 1 << 26,
    "pid": 1 << 29,
}
_CAPABILITY_VERSION_3 = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def enter_namespaces() -> None:
    """Leave the machine's users, network, message queues and mounts for empty ones. One thread only.

    Raises:
        MissingLayerError: where this is not permitted.
    """
    try:
        call("unshare", sum(_NEW.values()))
    except OSError as error:
        raise MissingLayerError(
            "namespaces: allow unprivileged user namespaces (sysctl user.max_user_namespaces; in a "
            f"container, its seccomp profile) ({os.strerror(error.errno or 0)})"
        ) from None


def drop_capabilities() -> None:
    """Give up every capability, root's too, and all of those that the namespaces brought."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def forbid_new_privileges() -> None:
    """Set no_new_privs: no program that is started can have more rights. The other layers ask for it."""
    call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)
