import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import numpy as np
import pytest
from feedback_pages import HOSTILE, PROGRAMS, served

from rewardsmith.experiments import Store
from rewardsmith.experiments.feedback.episodes import watch


def get(url: str, **headers: str) -> tuple[int, str]:
    return send(urllib.request.Request(url, headers=headers))


def post(url: str, fields: dict, **headers: str) -> tuple[int, str]:
    return send(urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), headers))


def send(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def hidden(page: str) -> dict[str, str]:
    """The fields that the form brings back by itself."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def test_program_text_is_shown_and_cannot_leave_its_place(experiment):
    with served(experiment) as url:
        status, page = get(url)
    assert status == 200
    assert "&lt;script&gt;document.title" in page and HOSTILE not in page
    assert page.count("<script") == 1


def test_an_answer_is_stored_before_the_page_replies(experiment):
    with served(experiment) as url:
        page = get(url)[1]
        status, reply = post(url, {**hidden(page), "preferred": "b", "comment": "B goes\r\non."})
        (opinion,) = Store.existing(experiment).opinions()
    assert status == 200 and "Stored" in reply
    assert (opinion.preferred, opinion.text, opinion.edits) == ("second", "B goes\non.", {})
    assert "Every pair worth comparing has been judged" in reply


def test_forms_without_the_token_from_elsewhere_or_for_another_host_are_refused(experiment):
    with served(experiment) as url:
        fields = {**hidden(get(url)[1]), "preferred": "a"}
        assert post(url, {**fields, "token": "guess"})[0] == 403
        assert post(url, {**fields, "token": "é"})[0] == 403
        assert post(url, fields, Origin="http://evil.example")[0] == 403
        assert post(url, fields, Origin="null")[0] == 403
        assert get(url, Host="evil.example")[0] == 403
        assert Store.existing(experiment).opinions() == []
        assert post(url, fields, Origin=url.rstrip("/"))[0] == 200


def test_the_page_asks_nothing_of_any_other_host(experiment):
    with served(experiment) as url:
        with urllib.request.urlopen(url) as answer:
            policy = answer.headers["Content-Security-Policy"]
            page = answer.read().decode()
        style = get(url + "static/page.css")[1]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not re.search(r"(src|href|srcset|action)=\"(https?:)?//", page)
    assert "url(" not in style


def test_a_refused_edit_keeps_what_was_typed_and_stores_nothing(experiment):
    broken = PROGRAMS[1].replace("next_obs.tags_placed", "next_obs.tags_plaed")
    with served(experiment) as url:
        fields = {**hidden(get(url)[1]), "preferred": "equal", "comment": "my words"}
        number = fields["second"]
        status, page = post(url, {**fields, f"program-{number}": broken})
    assert status == 422
    assert "your edit of program B is refused (static)" in page and "tags_placed" in page
    assert "my words" in page and "tags_plaed" in page
    assert Store.existing(experiment).opinions() == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("?first=0&second=0", 400, "expected two different candidates"),
        ("?first=0&second=77", 400, "there is no trained candidate with the number 77"),
        ("?first=0&second=x", 400, "expected a candidate&#39;s number as second"),
        ("candidates/9/terms-light.svg", 404, "no trained candidate"),
        ("candidates/0/5.gif", 404, ""),
        ("candidates/0/..%2f..%2fexperiment.gif", 404, ""),
        ("nothing", 404, ""),
    ],
)
def test_addresses_that_lead_nowhere_say_so(experiment, path, status, words):
    with served(experiment) as url:
        found, page = get(url + path)
    assert found == status and words in page and "Traceback" not in page


def test_term_curves_come_for_light_and_dark(experiment):
    with served(experiment) as url:
        light, dark = (get(f"{url}candidates/1/terms-{theme}.svg") for theme in ("light", "dark"))
    assert light[0] == dark[0] == 200
    assert light[1].startswith("<?xml") and light[1] != dark[1]


def test_transcripts_are_made_once_also_when_asked_for_twice_at_a_time(experiment):
    pages = []
    with served(experiment) as url:
        asked = [
            threading.Thread(target=lambda: pages.append(get(url + "candidates/0/episodes")[1]))
            for _ in range(2)
        ]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
    assert pages[0] == pages[1] and "Episode 2:" in pages[0] and "step 1" in pages[0]
    assert (experiment / "feedback" / "g0-c0" / "episodes.json").is_file()


def test_an_agent_that_is_gone_is_told_where_its_films_would_stand(experiment):
    (experiment / "agents" / "g0-c0" / "model.zip").unlink()
    with served(experiment) as url:
        status, page = get(url + "candidates/0/episodes")
    assert status == 200 and "cannot be shown: expected a trained agent at" in page


def test_the_episodes_are_those_that_the_candidate_was_judged_on(experiment):
    store = Store.existing(experiment)
    for candidate in store.candidates():
        episodes = watch(candidate, store.settings(), experiment / "agents")
        assert [e.length for e in episodes] == candidate.evaluation.length[: len(episodes)].tolist()
        ends = np.array([e.texts[-1].endswith("end") for e in episodes])
        early = candidate.evaluation.length[: len(episodes)] < 16
        assert (ends == early).all()
