"""Several people at once, a link that breaks, a session that ends: nobody is surprised and no word is lost."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.axe import violations
from tests.browser.test_intake import TEXT, fill_in

pytestmark = pytest.mark.browser

KEPT = "已自动保存在本机和服务器"
NUMBER = re.compile(r"[A-Z]{2}\d{14}")
REFRESHES = 100
# A fragment that is asked for after the session has ended: the browser's line, and htmx's own beside it.
SIGNED_OUT = re.compile(r"status of 401 |^Response Status Error Code 401 from /")


@pytest.fixture
def ended_session(complaints):
    """For a test that ends a session itself, and for no other."""
    yield
    complaints[:] = [said for said in complaints if not SIGNED_OUT.search(said)]


class Wire:
    """The live link of one page, to be cut and mended."""

    def __init__(self, page: Page):
        self.is_cut, self.open = False, []
        page.route_web_socket("**/ws/live/", self.opened)

    def opened(self, link: WebSocketRoute) -> None:
        if self.is_cut:
            link.close(code=3000)
        else:
            link.connect_to_server()
            self.open.append(link)

    def cut(self) -> None:
        self.is_cut = True
        for link in self.open:
            link.close(code=3000)
        self.open.clear()


def file_a_case(operator: Page, phone: str) -> str:
    """Return its number."""
    operator.goto("/intake/")
    fill_in(operator, TEXT, phone)
    operator.keyboard.press("Control+Enter")
    return number_in(operator)


def number_in(page: Page) -> str:
    """The number of the case that was just filed."""
    expect(page.locator(".notice.good")).to_contain_text(NUMBER)
    return NUMBER.search(page.locator(".notice.good").inner_text())[0]


def waiting(page: Page) -> int:
    return int(page.locator(".tabs b").first.inner_text())


def test_colleagues_see_each_other_at_a_case_first_looking_then_writing_then_gone(logged_in):
    case = f"/cases/{file_a_case(logged_in('operator1'), '13800003000')}/"
    first, second = logged_in("supervisor1"), logged_in("dispatcher1")
    first.goto(case)
    second.goto(case)
    expect(second.locator(".here-who")).to_contain_text("正在查看")
    expect(first.locator(".here-who")).to_contain_text("正在查看")
    first.locator("details.action summary").first.click()
    first.locator("details.action[open] textarea, details.action[open] input[type=text]").first.fill("正在核实")
    expect(second.locator(".here-who .is-editing")).to_contain_text("正在编辑")
    assert violations(second) == []
    first.goto("/cases/")
    expect(second.locator(".here-who")).to_be_hidden()


def test_without_the_socket_lists_look_again_by_themselves_and_afterwards_say_what_was_missed(logged_in):
    reviewer, operator = logged_in("reviewer1"), logged_in("operator1")
    wire = Wire(reviewer)
    reviewer.goto("/dispatch/?part=review")
    expect(reviewer.locator("[data-live-word]")).to_have_text("实时")
    before = waiting(reviewer)
    wire.cut()
    expect(reviewer.locator(".linkline.is-lost")).to_be_visible()
    file_a_case(operator, "13800003001")
    expect(reviewer.locator(".tabs b").first).to_have_text(str(before + 1))
    wire.is_cut = False
    expect(reviewer.locator("[data-live-word]")).to_have_text("实时", timeout=60_000)
    expect(reviewer.locator(".toast.is-missed")).to_contain_text(re.compile(r"离线期间有 \d+ 件更新"))
    reviewer.locator(".toast [data-close]").click()
    expect(reviewer.locator(".toast")).to_have_count(0)


def test_the_end_of_the_queue_comes_when_it_is_wanted_and_a_tab_begins_anew(logged_in):
    page = logged_in("operator1")
    rows = page.locator("#queue .queue li")
    expect(rows).to_have_count(10)
    page.locator("#queue").evaluate("place => { place.scrollTop = place.scrollHeight; }")
    expect(page.locator("#queue [name=whole]")).to_have_value("1")
    whole = rows.count()
    with page.expect_response(re.compile("/queue/")):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('case-changed'))")
    expect(page.locator("#queue:not(.htmx-request):not(.htmx-settling)")).to_be_attached()
    assert rows.count() == whole > 10
    page.locator("#queue .tabs a").nth(1).click()
    expect(page.locator("#queue .tabs a").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#queue [name=queue]")).to_have_value("wait")


def test_caret_focus_and_scroll_survive_a_hundred_refreshes(logged_in):
    page = logged_in("operator1")
    text = page.get_by_label("诉求内容")
    text.fill(TEXT)
    text.evaluate("field => { field.focus(); field.setSelectionRange(7, 7); }")
    page.locator("#queue").evaluate("place => { place.scrollTop = 120; }")
    scrolled = page.locator("#queue").evaluate("place => place.scrollTop")
    for _ in range(REFRESHES):
        with page.expect_response(re.compile("/queue/")):
            page.evaluate("document.body.dispatchEvent(new CustomEvent('case-changed'))")
    expect(page.locator("#queue:not(.htmx-request):not(.htmx-settling)")).to_be_attached()
    assert text.evaluate("field => [field === document.activeElement, field.selectionStart]") == [True, 7]
    assert page.locator("#queue").evaluate("place => place.scrollTop") == scrolled
    expect(text).to_have_value(TEXT)


def test_another_machine_goes_on_with_the_draft_and_two_texts_are_merged(logged_in):
    office, elsewhere = logged_in("operator2"), logged_in("operator2")
    office.goto("/intake/")
    fill_in(office, TEXT, "13800003002")
    expect(office.locator("[data-draft-note]")).to_contain_text(KEPT)
    elsewhere.goto("/intake/")
    expect(elsewhere.get_by_label("诉求内容")).to_have_value(TEXT)
    elsewhere.get_by_label("诉求内容").fill(TEXT + "还有井盖松动。")
    expect(elsewhere.locator("[data-draft-note]")).to_contain_text(KEPT)
    office.get_by_label("诉求内容").fill(TEXT + "来电人很着急。")
    panel = office.locator(".collision")
    expect(panel).to_contain_text("还有井盖松动。")
    assert violations(office) == []
    panel.get_by_role("radio", name=re.compile("合并")).check()
    expect(panel.get_by_label("合并后的内容")).to_have_value(TEXT + "还有井盖松动。来电人很着急。")
    office.get_by_role("button", name=re.compile("^提交")).click()
    office.goto(f"/cases/{number_in(office)}/")
    expect(office.locator(".case-first .text")).to_have_text(TEXT + "还有井盖松动。来电人很着急。")


def test_a_session_that_ends_in_the_middle_of_a_form_costs_a_login_and_nothing_else(ended_session, logged_in, server):
    page = logged_in("operator1")
    fill_in(page, TEXT, "13800003003")
    page.context.clear_cookies(name="sessionid")
    page.evaluate("localStorage.clear()")
    page.get_by_role("button", name=re.compile("^提交")).click()
    expect(page.locator(".messages")).to_contain_text("已经保存")
    page.evaluate("localStorage.clear()")
    page.fill("[name=username]", "operator1")
    page.fill("[name=password]", server.password)
    page.press("[name=password]", "Enter")
    expect(page.get_by_label("诉求内容")).to_have_value(TEXT)
    expect(page.get_by_label("联系电话")).to_have_value("13800003003")


def test_the_back_button_after_sending_shows_an_empty_form(logged_in):
    page = logged_in("operator1")
    file_a_case(page, "13800003004")
    page.locator(".rail a", has_text="工单").click()
    page.wait_for_url("**/cases/")
    for _ in range(2):  # the page that said "sent", and the form itself before it
        with page.expect_response(re.compile("/drafts/kept/")):
            page.go_back()
        expect(page).to_have_url(re.compile("/intake/$"))
        expect(page.get_by_label("诉求内容")).to_have_value("")
    page.goto("/drafts/")
    expect(page.locator("main")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(TEXT[:10])


def test_a_running_job_is_counted_on_ones_other_pages_until_it_ends(logged_in):
    page = logged_in("analyst1")
    other = page.context.new_page()
    other.goto("/cases/")
    expect(other.locator("[data-live-word]")).to_have_text("实时")

    page.goto("/topics/months/")
    page.get_by_role("button", name="重新归类本月").click()

    counted = other.locator("#jobs-now a")
    expect(counted).to_contain_text("1 个作业进行中")
    assert violations(other) == []
    expect(counted).to_have_count(0)
