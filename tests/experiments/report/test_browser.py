"""The page in a real browser: on a wide and a narrow screen, by day and by night."""

import pytest
from browsers import chromium, needs_chromium

from rewardsmith.experiments.report import write_report

pytestmark = needs_chromium
_BROKEN = "return [...document.images].filter(image => !image.naturalWidth).map(image => image.alt)"
# Of every box that scrolls sideways: none but those made for it.
_SPILT = """
return [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, pre, .states, .skip'))
  .map(e => e.tagName + '.' + e.className)
"""
_CONTRAST = """
const luminance = colour => {
  const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3)
    .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = e => {
  for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (!colour.endsWith(', 0)')) return colour;
  }
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let worst = [99, ''];
while (texts.nextNode()) {
  const e = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !e.getClientRects().length) continue;
  const [a, b] = [luminance(getComputedStyle(e).color), luminance(ground(e))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < worst[0]) worst = [ratio, texts.currentNode.data.trim().slice(0, 40)];
}
return worst;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile"), 1400) as driver:
        yield driver


def show(browser, page, width: int, theme: str) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    scheme = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
    browser.get(page.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(e => { e.open = true })")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_runs_out_of_the_page_and_all_text_can_be_read(browser, page, width, theme):
    show(browser, page, width, theme)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(_SPILT) == []
    assert browser.execute_script(_BROKEN) == []
    ratio, text = browser.execute_script(_CONTRAST)
    # WCAG 2.2, success criterion 1.4.3.
    assert ratio >= 4.5, text
    assert browser.get_log("browser") == []


def test_what_a_program_says_is_never_run(browser, page):
    show(browser, page, 1400, "light")
    assert browser.title == "format-answer-easy: evolution report"
    assert (
        browser.execute_script("return document.querySelectorAll('script, pre img, pre script').length") == 0
    )


def test_a_benchmark_fits_a_narrow_screen(browser, bench):
    show(browser, write_report(bench), 390, "dark")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    assert browser.execute_script(_SPILT) == []
    assert browser.get_log("browser") == []
