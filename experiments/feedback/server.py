"""Serves the page on this machine alone."""

from __future__ import annotations

import socket
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from ...envs import UserError
from ..store import Store

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

HOST = "127.0.0.1"


def serve(folder: Path, port: int, *, open_page: bool = True) -> None:
    """Serve the page for the experiment in `folder` until Ctrl-C.

    Args:
        folder: the experiment's.
        port: port on 127.0.0.1; 0 takes a free one.
        open_page: whether the browser is told to open it.

    Raises:
        UserError: there is nothing to compare in `folder`, the port is taken, or Flask is missing.
    """
    server = make_server(folder, port)
    address = f"http://{HOST}:{server.port}/"
    print(f"the page is at {address}; Ctrl-C ends it, and what was said is kept in {folder}", flush=True)
    if open_page:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def make_server(folder: Path, port: int) -> BaseWSGIServer:
    """A server that waits to be run; see `serve`."""
    try:
        from werkzeug import serving

        from .app import make_app
        from .page import read_page
    except ModuleNotFoundError as error:
        raise UserError(
            f"the feedback page needs {error.name}: pip install 'rewardsmith[feedback]'"
        ) from error
    with Store.existing(folder) as store:
        read_page(store)
    with _bound(port) as listener:
        return serving.make_server(
            HOST,
            listener.getsockname()[1],
            make_app(folder),
            threaded=True,
            request_handler=_quiet(serving.WSGIRequestHandler),
            fd=listener.fileno(),
        )


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise UserError(
            f"expected a free port on {HOST}, but {port} cannot be used ({error}); give another --port, "
            "or 0 for any free one"
        ) from error
    return listener


def _quiet(handler: type) -> type:
    """`handler` without a line in the terminal for every request."""
    return type("QuietHandler", (handler,), {"log": lambda self, *args: None})
