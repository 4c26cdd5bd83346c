"""Landlock: from now on no path can be opened, no TCP port used, no signal sent to others.

See https://docs.kernel.org/userspace-api/landlock.html. A ruleset that handles every right and allows none
takes them all away; rights that the running kernel does not know are left out of the request.
"""

from __future__ import annotations

import ctypes
import os

from .kernel import MissingLayerError, call

_ASK_VERSION = 1
# Number of file-system rights by version of the interface; the last entry stands for all later ones.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_SINCE, _SCOPE_SINCE = 4, 6
_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_REMEDY = "Landlock: run on Linux 5.13 or later with `landlock` among the security modules (boot option lsm=)"


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scope", ctypes.c_uint64),
    )


def version() -> int:
    """Version of the kernel's Landlock interface, 0 where it has none."""
    try:
        return call("landlock_create_ruleset", None, 0, _ASK_VERSION)
    except OSError:
        return 0


def deny_everything() -> None:
    """Take all rights that Landlock knows from this thread and its children. Needs no_new_privs.

    Raises:
        MissingLayerError: where this kernel has no Landlock.
    """
    known = version()
    if known < 1:
        raise MissingLayerError(_REMEDY)
    ruleset = _Ruleset(files=(1 << _FILE_RIGHTS[min(known, max(_FILE_RIGHTS))]) - 1)
    size = _Ruleset.network.offset
    if known >= _NETWORK_SINCE:
        ruleset.network = _BIND_AND_CONNECT
        size = _Ruleset.scope.offset
    if known >= _SCOPE_SINCE:
        ruleset.scope = _ABSTRACT_SOCKETS_AND_SIGNALS
        size = ctypes.sizeof(_Ruleset)
    try:
        rules = call("landlock_create_ruleset", ctypes.byref(ruleset), size, 0)
        try:
            call("landlock_restrict_self", rules, 0)
        finally:
            os.close(rules)
    except OSError as error:
        raise MissingLayerError(f"{_REMEDY} ({error.strerror})") from None
