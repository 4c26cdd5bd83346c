"""Keeps other pages away from this one.

The page listens on this machine alone, but any page in the same browser can send requests here. A foreign
Host (DNS rebinding) is refused, and so is an answer without the page's token or from another origin. Program
text is of unknown origin: the content policy lets no inline script run, wherever escaping were forgotten.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_HOSTS = ("127.0.0.1", "localhost")
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def guard(app: Flask) -> str:
    """Guard every request to `app`; the token that a form has to bring back as ``token``."""
    token = secrets.token_urlsafe(32)

    @app.before_request
    def refuse_strangers() -> None:
        if request.host.rsplit(":", 1)[0] not in _HOSTS:
            abort(403, "this page answers to 127.0.0.1 and localhost alone")
        if request.method in ("GET", "HEAD"):
            return
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            abort(403, "this answer comes from another page")
        if not secrets.compare_digest(request.form.get("token", "").encode(), token.encode()):
            abort(403, "this form is from an earlier start of the page; load the page again")

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return token
