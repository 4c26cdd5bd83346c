"""The page in a real browser, by keyboard alone, up to the prompt that the next generation sends."""

import pytest
from browsers import chromium, needs_chromium, webdriver
from chat_server import Server, answer, completion
from feedback_pages import HOSTILE, PROGRAMS, evolution, served

from rewardsmith.experiments import Store
from rewardsmith.experiments.store.opinions import HUMAN_EDIT
from rewardsmith.reward_gen import LLMProposer

waits = pytest.importorskip("selenium.webdriver.support.wait", reason="the browser test needs selenium")
ActionChains, Keys = webdriver.ActionChains, webdriver.Keys

pytestmark = needs_chromium
_ACTIVE = """
const e = document.activeElement;
const style = getComputedStyle(e.closest('.choice') ?? e);
return [e.textContent.trim() || e.id || e.name, style.outlineStyle, e.tagName];
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile"), 1280) as driver:
        yield driver


def press(browser, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def tab_to(browser, wanted: str) -> None:
    """Press Tab until the element with this text or name has the focus, which must be visible all the way."""
    for _ in range(60):
        press(browser, Keys.TAB)
        name, outline, tag = browser.execute_script(_ACTIVE)
        assert tag == "BODY" or outline != "none", f"no visible focus on {name}"
        if name == wanted:
            return
    raise AssertionError(f"Tab never came to {wanted}")


def wait_for_text(browser, text: str) -> None:
    waits.WebDriverWait(browser, 120).until(lambda b: text in b.find_element("tag name", "body").text)


def test_by_keyboard_alone_to_the_next_prompt(browser, experiment):
    with served(experiment) as url:
        browser.get(url)
        wait_for_text(browser, "Episode 2")
        assert browser.title == "Which agent does it better? format-answer-easy"
        tab_to(browser, "Edit program B")
        press(browser, Keys.ENTER, Keys.TAB)
        ActionChains(browser).key_down(Keys.CONTROL).send_keys(Keys.END).key_up(Keys.CONTROL).perform()
        press(browser, "# by hand")
        tab_to(browser, "preferred")
        press(browser, Keys.SPACE, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        tab_to(browser, "comment")
        press(browser, "B closes <its> tags")
        tab_to(browser, "Send")
        press(browser, Keys.ENTER)
        wait_for_text(browser, "Stored.")
    (opinion,) = Store.existing(experiment).opinions()
    assert (opinion.preferred, opinion.text) == ("second", "B closes <its> tags")
    assert list(opinion.edits) == [opinion.second]

    with Server(answer(completion(f"```python\n{PROGRAMS[0].replace('1.0', '2.0')}```"))) as server:
        evolution(experiment, LLMProposer("m", base_url=server.url, api_key="k")).run()
    edited, proposed = Store.existing(experiment).candidates()[2:]
    assert (edited.operator, edited.parents, edited.state) == (HUMAN_EDIT, (opinion.second,), "trained")
    assert edited.program.text.endswith("# by hand\n")
    assert proposed.operator != HUMAN_EDIT
    prompt = server.requests[0]["messages"][-1]["content"]
    assert "A person watched two trained agents and preferred the one whose reward has the terms `" in prompt
    assert "Their words: B closes <its> tags" in prompt


def test_the_documented_keys_work_and_program_text_runs_nothing(browser, experiment):
    with served(experiment) as url:
        browser.get(url)
        wait_for_text(browser, "Episode 2")
        assert HOSTILE.split("title")[0] in browser.find_element("tag name", "body").text
        assert browser.execute_script("return document.querySelectorAll('pre script, pre img').length") == 0
        press(browser, "s")
        assert browser.execute_script("return document.querySelector(':checked[name=preferred]').value") == (
            "equal"
        )
        press(browser, "c")
        press(browser, "as b")
        assert browser.execute_script("return document.getElementById('comment').value") == "as b"
        ActionChains(browser).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
        wait_for_text(browser, "Stored.")
    (opinion,) = Store.existing(experiment).opinions()
    assert (opinion.preferred, opinion.text) == ("equal", "as b")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_runs_out_of_the_page_sideways(browser, experiment, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    with served(experiment) as url:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(url)
        wait_for_text(browser, "Episode 2")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
