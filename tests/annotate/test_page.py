"""The page in a real browser: what keys and clicks do, and what two windows do to each other."""

from collections.abc import Iterator

import pytest

from annotate.desk import Desk, version
from annotate.server import Server
from contract.causes import Cause, Judgement
from tests.annotate.browser import ENTER, ESCAPE, RIGHT, TAB, Browser, driver, missing

if missing():
    pytest.skip(f"not installed: {', '.join(missing())}", allow_module_level=True)

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with driver(tmp_path_factory.mktemp("driver")) as address:
        yield address


@pytest.fixture(scope="module")
def whole(program: str) -> Iterator[Browser]:
    found = Browser(program)
    yield found
    found.close()


@pytest.fixture
def browser(whole: Browser, server: Server) -> Browser:
    """A browser that shows the page."""
    load(whole, server)
    return whole


def load(browser: Browser, server: Server) -> None:
    browser.open(server.page)
    browser.wait_for(lambda: "judged" in browser.text("#count"), "the samples")


def kept(browser: Browser, desk: Desk, expected: Judgement) -> None:
    at = expected.test_index
    browser.wait_for(lambda: desk.judgements()[at] == expected, f"{expected} in the file")


def test_keys_choose_causes_and_move(browser: Browser, desk: Desk) -> None:
    browser.press("1", "4", "4", "6")
    kept(browser, desk, Judgement(17, (Cause.NOISE, Cause.OVERLAPPING_LABELS)))
    assert browser.text("#count") == "1 of 3 judged"
    for key, shown in (("j", "2"), (RIGHT, "3"), ("k", "2"), (ENTER, "3"), ("n", "2")):
        browser.press(key)
        assert browser.text("#heading").startswith(f"{shown} of 3")
    browser.press("s")
    kept(browser, desk, Judgement(4, (Cause.OVERFITTING,)))
    assert browser.complaints() == []


def test_a_remark_is_written_without_choosing_anything(browser: Browser, desk: Desk) -> None:
    browser.press("r", *"jk 12", ESCAPE, "2")
    kept(browser, desk, Judgement(17, (Cause.MISLABELLING,), "jk 12"))
    browser.press("r", "!", ENTER)
    kept(browser, desk, Judgement(17, (Cause.MISLABELLING,), "jk 12!"))
    assert browser.text("#heading").startswith("2 of 3")
    assert browser.run("return document.getElementById('remark').value") == ""


def test_the_mouse_does_the_same(browser: Browser, desk: Desk) -> None:
    browser.click("#causes label:nth-child(5) .meaning")
    kept(browser, desk, Judgement(17, (Cause.UNDERFITTING,)))
    browser.click("#strip li:nth-child(3) button")
    browser.click("#agree")
    kept(browser, desk, Judgement(256, (Cause.OVERFITTING,)))
    browser.click("#previous")
    assert browser.text("#heading").startswith("2 of 3")


def test_left_and_taken_up_again_it_opens_at_the_first_that_is_open(
    browser: Browser, server: Server, desk: Desk
) -> None:
    browser.press("1")
    kept(browser, desk, Judgement(17, (Cause.NOISE,)))
    load(browser, server)
    assert browser.text("#heading").startswith("2 of 3")
    browser.press("k")
    assert browser.run("return document.querySelector('[value=noise]').checked")


def test_pictures_are_shown_as_published_and_described(browser: Browser) -> None:
    loaded = "return [...document.images].every((image) => image.naturalWidth > 0)"
    browser.wait_for(lambda: browser.run(loaded), "all pictures")
    pixels = browser.run(
        "return [...document.querySelectorAll('main img')].map((image) => {"
        "  const canvas = document.createElement('canvas').getContext('2d');"
        "  canvas.drawImage(image, 0, 0);"
        "  return [image.naturalWidth, canvas.getImageData(9, 9, 1, 1).data[0], image.alt];"
        "})"
    )
    assert pixels == [
        [28, 17, "Test sample 17: labelled Shirt"],
        [28, 18, "Local example: labelled Shirt"],
        [28, 19, "Local counterexample: labelled Coat"],
    ]


def test_another_window_sees_what_this_one_judged(
    browser: Browser, server: Server, desk: Desk
) -> None:
    first = browser.window()
    second = browser.new_window()
    load(browser, server)
    browser.press("3")
    kept(browser, desk, Judgement(17, (Cause.UNDERREPRESENTATION,)))
    browser.run("window.close()")
    browser.go_to(first)
    assert second != first
    browser.wait_for(lambda: browser.text("#count") == "1 of 3 judged", "the other's judgement")
    assert browser.run("return document.querySelector('[value=underrepresentation]').checked")


@pytest.mark.parametrize("choice", ["keep-mine", "keep-theirs"])
def test_of_two_judgements_at_once_the_page_shows_both_and_loses_none(
    browser: Browser, desk: Desk, choice: str
) -> None:
    # What the other window keeps has not reached this one when its own judgement is sent.
    browser.run("window.fetch_now = fetch; window.fetch = (path, sent) => sent?.method ?"
                " fetch_now(path, sent) : new Promise(() => {})")  # fmt: skip
    theirs = Judgement(17, (Cause.NOISE,), "too dark")
    mine = Judgement(17, (Cause.UNDERFITTING,))
    desk.keep(theirs, version(Judgement(17)))
    browser.press("5")
    browser.wait_for(lambda: browser.text("#conflict"), "both judgements")
    assert desk.judgements()[17] == theirs
    assert "Yours was: Underfitting" in browser.text("#conflict")
    assert browser.run("return document.querySelector('[value=noise]').checked")
    assert browser.run("return document.getElementById('remark').value") == "too dark"
    assert "two judgements" in browser.run(
        "return document.querySelector('#strip button').getAttribute('aria-label')"
    )
    browser.click(f"#{choice}")
    kept(browser, desk, mine if choice == "keep-mine" else theirs)
    assert browser.text("#conflict") == ""


def test_what_could_not_be_saved_is_said_and_saved_later(browser: Browser, desk: Desk) -> None:
    # The page waits for seconds before it tries again; here, its clock is faster.
    browser.run("window.later = setTimeout; window.setTimeout = (f, ms) => later(f, ms / 20)")
    browser.run("window.fetch_now = fetch; window.fetch = async () => { throw new TypeError() }")
    browser.press("1")
    browser.wait_for(lambda: "Not saved" in browser.text("#status"), "a word of it")
    assert desk.judged() == 0
    browser.run("window.fetch = fetch_now")
    kept(browser, desk, Judgement(17, (Cause.NOISE,)))


def test_every_control_has_a_name_and_shows_its_focus(browser: Browser) -> None:
    seen = set()
    for _ in range(20):
        browser.press(TAB)
        name, width = browser.run(
            "const at = document.activeElement;"
            "const label = at.labels?.[0] ?? at;"
            "return [at.getAttribute('aria-label') ?? label.innerText,"
            "  getComputedStyle(at).outlineWidth]"
        )
        assert name.strip()
        assert width == "3px"
        seen.add(name)
        if browser.run("return document.activeElement.id") == "agree":
            break
    assert len(seen) >= 3 + len(Cause) + 5
