"""A street clerk with a phone: six taps to an answer, a dead spot that loses nothing, targets a thumb can hit."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 700}
TEAM, STREET, CASES = ("operator1", "reviewer1", "dispatcher1"), "江北区望河街道办事处", 7
TAPS_MOST = 6
# Everything a thumb aims at and that is lower than 44 px, by name and height.
LOW_TARGETS = """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main select,"
  + " main textarea, main summary, .queue a, .tabs a")]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)
  .map(e => `${e.tagName} ${e.name || e.textContent.trim()} ${e.getBoundingClientRect().height}`)"""


def a_photo(name: str, colour=(20, 90, 160)) -> dict:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(scope="module")
def cases(browser, server) -> Iterator[str]:
    """Numbers of fresh cases that wait for handler1's signature, taken, reviewed and sent by three people."""
    operator, reviewer, dispatcher = (at_work(browser, server, name) for name in TEAM)
    made = [sent_to_the_street(operator, reviewer, dispatcher, n) for n in range(CASES)]
    for page in (operator, reviewer, dispatcher):
        page.context.close()
    return iter(made)


def at_work(browser, server, username: str) -> Page:
    page = browser.new_context(base_url=server.url, locale="zh-CN", viewport=DESKTOP).new_page()
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", server.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def sent_to_the_street(operator: Page, reviewer: Page, dispatcher: Page, n: int) -> str:
    operator.goto("/intake/")
    operator.get_by_label("联系电话").fill(f"1380000{7100 + n}")
    operator.get_by_label("诉求内容").fill(f"望河街道柳荫里小区 {n + 1} 号楼前的路灯坏了，晚上漆黑一片。")
    operator.get_by_label("诉求分类").select_option(index=n + 1)
    operator.keyboard.press("Control+Enter")
    no = re.search(r"[A-Z]{2}\d{14}", operator.locator(".notice.good").inner_text())[0]
    reviewer.goto(f"/dispatch/?part=review&case={no}")
    reviewer.locator("details", has_text="审核通过").get_by_role("button", name="审核通过").click()
    expect(reviewer.locator(".notice.good")).to_contain_text("已审核通过")
    dispatcher.goto(f"/dispatch/?part=dispatch&case={no}")
    dispatcher.get_by_label("其他单位").select_option(label=STREET)
    dispatcher.keyboard.press("Control+Enter")
    expect(dispatcher.locator(".notice.good")).to_contain_text("已派单")
    return no


@pytest.fixture
def opened(logged_in, cases) -> Page:
    """A phone that shows a case which its unit has not signed yet."""
    page = logged_in("handler1", viewport=PHONE)
    page.goto(f"/unit/?tab=sign&case={next(cases)}")
    expect(page.locator("form.report")).to_be_visible()
    return page


def answer(page: Page, *, photo: bool = True) -> int:
    """The whole visit; returns the taps (the shutter is the phone's own)."""
    page.get_by_role("radio", name="现场").check()
    taps = 1
    if photo:
        page.locator(".shot-add input").set_input_files([a_photo("现场.jpg")])
        taps += 1
    chips = page.locator("[data-template]")
    if chips.count():
        chips.first.click()
        taps += 1
    text = page.get_by_label("给市民的答复")
    text.fill(text.input_value().replace("【", "").replace("】", "") + "问题已处理完毕。")
    taps += 1
    page.get_by_role("radio", name="已解决").check()
    page.get_by_role("button", name="提交答复").click()
    return taps + 2


def test_from_the_case_to_the_answer_in_at_most_six_taps(opened):
    taps = answer(opened)
    expect(opened.locator(".notice.good")).to_contain_text("已交本单位负责人审核")
    assert taps <= TAPS_MOST


def test_a_dead_spot_loses_neither_photo_nor_report(opened, complaints):
    no = opened.url.rpartition("case=")[2]
    opened.context.set_offline(True)
    opened.locator(".shot-add input").set_input_files([a_photo("断网.jpg", (180, 40, 30))])
    expect(opened.locator(".shot.is-waiting")).to_have_count(1)
    expect(opened.locator(".outbox")).to_contain_text("1 份存在本机，有信号时自动提交")
    answer(opened, photo=False)
    expect(opened.locator(".outbox")).to_contain_text("2 份存在本机")
    expect(opened.locator(".outbox")).to_contain_text("断网.jpg")
    assert opened.evaluate("document.querySelector('form.report').hidden")

    opened.context.set_offline(False)
    expect(opened.locator(".outbox")).to_be_hidden(timeout=40_000)
    opened.goto(f"/cases/{no}/")
    expect(opened.locator(".timeline")).to_contain_text("留存照片 1 张")
    expect(opened.locator(".files img")).to_have_count(1)
    # What the browser noted while there was no network is what this test is about.
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_waits_survives_a_reload_and_is_shown_to_nobody_else(opened, logged_in, complaints):
    opened.context.set_offline(True)
    opened.locator(".shot-add input").set_input_files([a_photo("等着.jpg", (30, 140, 30))])
    expect(opened.locator(".outbox")).to_be_visible()
    opened.route("**/files/", lambda route: route.abort())  # first, or the photo goes as soon as the line is back
    opened.context.set_offline(False)
    opened.reload()
    expect(opened.locator(".outbox")).to_contain_text("等着.jpg")
    opened.evaluate("document.querySelector('[data-outbox]').dataset.outbox = '0'")
    opened.evaluate("document.body.dispatchEvent(new CustomEvent('live-back'))")
    expect(opened.locator(".outbox")).to_be_hidden()
    complaints[:] = [said for said in complaints if "ERR_" not in said]


def test_a_refused_photo_says_why_and_can_be_let_go(opened):
    bad = {"name": "合同.docx", "mimeType": "image/jpeg", "buffer": b"PK\x03\x04 not a photo"}
    opened.locator(".shot-add input").set_input_files([bad])
    expect(opened.locator(".outbox")).to_contain_text("“合同.docx”不是照片、录音、视频或 PDF")
    expect(opened.locator(".shot.is-refused")).to_have_count(1)
    opened.get_by_role("button", name="不要了").click()
    expect(opened.locator(".outbox")).to_be_hidden()


def test_a_report_that_is_refused_stays_open_with_everything_in_it(opened):
    opened.get_by_role("radio", name="现场").check()
    opened.get_by_label("给市民的答复").fill("已于【时间】到场。")
    opened.get_by_role("radio", name="已解决").check()
    opened.get_by_role("button", name="提交答复").click()
    expect(opened.locator(".errors")).to_contain_text("答复里还有没填的地方：时间")
    expect(opened.get_by_label("给市民的答复")).to_have_value("已于【时间】到场。")
    expect(opened.locator(".outbox")).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["390", "320"])
def test_the_phone_page_is_whole_accessible_and_easy_to_hit(opened, size):
    opened.set_viewport_size(size)
    opened.wait_for_timeout(300)
    low = opened.evaluate(LOW_TARGETS)
    assert low == []
    assert violations(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
