"""The page's addresses."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, send_from_directory, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ...envs import UserError
from ..store import Candidate, Store, ranked
from ..store.opinions import LONGEST_COMMENT, LONGEST_PROGRAM
from .curves import term_curves
from .films import episodes_of, folder_of
from .form import read_form
from .guard import guard
from .page import read_page

_LONGEST_FORM = 4 * (LONGEST_COMMENT + 2 * LONGEST_PROGRAM)


def make_app(folder: Path) -> Flask:
    """The application for the experiment in `folder`.

    Each request opens the store: SQLite's connections belong to the thread that opened them.
    """
    app = Flask(__name__)
    # The form's parts count against both limits, percent-encoding included.
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _LONGEST_FORM
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    token = guard(app)

    @app.get("/")
    def compare() -> str:
        with Store.existing(folder) as store:
            page = read_page(store, _chosen())
        return render_template("compare.html", page=page, token=token, form={}, error="")

    @app.post("/")
    def answer() -> AnyResponse | tuple[str, int]:
        with Store.existing(folder) as store:
            page = read_page(store, (_number("first"), _number("second")))
            assert page.pair is not None
            try:
                opinion = read_form(request.form, page.pair, page.task.name)
            except UserError as error:
                return _again(page, token, str(error)), 422
            store.add_opinion(opinion)
        return redirect(url_for("compare", stored="1"), 303)

    @app.get("/candidates/<int:number>/episodes")
    def episodes(number: int) -> str:
        with Store.existing(folder) as store:
            candidate = _trained(store, number)
            try:
                shown, error = episodes_of(store, candidate), ""
            except UserError as problem:
                shown, error = [], str(problem)
            except Exception as problem:  # noqa: BLE001 - such as no graphics: the page works without films
                shown, error = [], f"{type(problem).__name__}: {problem}"
        return render_template("episodes.html", candidate=candidate, episodes=shown, error=error)

    @app.get("/candidates/<int:number>/<int:episode>.<any(gif, png):kind>")
    def film(number: int, episode: int, kind: str) -> Response:
        with Store.existing(folder) as store:
            place = folder_of(store, _trained(store, number))
        return send_from_directory(place.resolve(), f"{episode}.{kind}", max_age=0)

    @app.get("/candidates/<int:number>/terms-<any(light, dark):theme>.svg")
    def terms(number: int, theme: str) -> Response:
        with Store.existing(folder) as store:
            return Response(term_curves(_trained(store, number), theme), mimetype="image/svg+xml")

    @app.errorhandler(UserError)
    def explain(error: UserError) -> tuple[str, int]:
        return render_template("message.html", message=str(error)), 400

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[str, int]:
        return render_template("message.html", message=error.description), error.code or 500

    return app


def _again(page: object, token: str, error: str) -> str:
    """The form once more with what was typed, and what is wrong with it."""
    return render_template("compare.html", page=page, token=token, form=request.form, error=error)


def _chosen() -> tuple[int, int] | None:
    """The pair that the address asks for, if it does."""
    return (_number("first"), _number("second")) if "first" in request.args else None


def _number(name: str) -> int:
    try:
        return int(request.values.get(name, ""))
    except ValueError:
        raise UserError(f"expected a candidate's number as {name}") from None


def _trained(store: Store, number: int) -> Candidate:
    for candidate in ranked(store.candidates()):
        if candidate.id == number:
            return candidate
    abort(404, f"there is no trained candidate with the number {number}")
