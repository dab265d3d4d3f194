"""One complaint goes the whole way, played by six people at their own screens; the README's pictures are taken on it.

With SCREENSHOTS=1 the pictures go to docs/screenshots, otherwise to a folder of the test run.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend import env
from tests.browser.axe import violations
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

STREET = "江北区望河街道办事处"
SAID = (
    "市民反映，江北区望河街道杨柳社区柳荫里小区南侧工地，近一周每晚十点半以后还在浇筑混凝土，"
    "噪音很大，老人和孩子睡不着，希望尽快制止夜间施工，并告知处理结果。"
)
ANSWER = "您好，我们已到现场检查，施工方承诺每晚二十二时至次日六时停工，并已张贴公示。如再发生，请随时来电。"


@pytest.fixture
def picture(tmp_path_factory) -> Callable[[Page, str], None]:
    """Take one picture of a page, after axe-core found nothing on it."""
    folder = (
        env.BASE_DIR / "docs" / "screenshots" if env.flag("SCREENSHOTS", False) else tmp_path_factory.mktemp("shots")
    )
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.wait_for_timeout(400)  # what was morphed in a moment ago has settled
        assert violations(page) == []
        page.screenshot(path=Path(folder, f"{name}.png"))

    return take


def test_a_complaint_goes_from_the_call_to_the_rating(logged_in, new_context, picture):
    no, code = operator_takes_the_call(logged_in("operator1"), picture)
    reviewer_passes_it(logged_in("reviewer1"), no)
    dispatcher_sends_it(logged_in("dispatcher1"), no, picture)
    handler_works_on_it(logged_in("handler1", viewport=PHONE), no, picture)
    head_approves(logged_in("head1"), no)
    reviewer_accepts_the_reply(logged_in("reviewer1"), no)
    citizen = new_context(viewport=PHONE).new_page()
    citizen_looks_up_progress(citizen, no, code, picture)
    callback_staff_asks(logged_in("callback1"), no, picture)
    citizen_rates(citizen, picture)


def operator_takes_the_call(page: Page, picture) -> tuple[str, str]:
    expect(page).to_have_url(re.compile("/intake/"))
    page.get_by_label("联系电话").fill("13800001167")
    page.get_by_label("诉求人", exact=True).fill("王女士")
    page.get_by_label("诉求内容").press_sequentially(SAID)
    expect(page.locator("#matched")).to_contain_text("已匹配标准地址")
    page.keyboard.press("Alt+1")
    expect(page.locator(".sug").first).to_have_attribute("aria-pressed", "true")
    picture(page, "intake")
    page.keyboard.press("Control+Enter")
    told = page.locator(".notice.good").inner_text()
    return re.search(r"[A-Z]{2}\d{14}", told)[0], re.search(r"查询码 ([A-Z2-7]{6})", told)[1]


def reviewer_passes_it(page: Page, no: str) -> None:
    page.goto(f"/dispatch/?part=review&case={no}")
    page.locator("details", has_text="审核通过").get_by_role("button", name="审核通过").click()
    expect(page.locator(".notice.good")).to_contain_text("已审核通过")


def dispatcher_sends_it(page: Page, no: str, picture) -> None:
    page.goto(f"/dispatch/?part=dispatch&case={no}")
    picture(page, "dispatch")
    page.get_by_label("其他单位").select_option(label=STREET)
    page.locator("summary", has_text="协办单位").click()
    page.get_by_label("协办单位").select_option([])
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.good")).to_contain_text("已派单")


def handler_works_on_it(page: Page, no: str, picture) -> None:
    page.goto(f"/cases/{no}/")
    page.get_by_role("button", name="签收").click()
    expect(page.locator(".notice.good")).to_contain_text("已签收")
    page.get_by_label("联系情况").fill("已与诉求人通话，约定今晚现场查看。")
    page.get_by_role("button", name="联系诉求人").click()
    expect(page.locator(".notice.good")).to_contain_text("已记下")
    form = page.locator("details", has=page.get_by_label("给市民的答复"))
    form.get_by_label("办理情况").fill("与区城管委联合检查，现场责令停止夜间浇筑。")
    form.get_by_label("给市民的答复").fill(ANSWER)
    picture(page, "handle-phone")
    form.get_by_role("button").click()
    expect(page.locator(".notice.good")).to_contain_text("负责人审核")


def head_approves(page: Page, no: str) -> None:
    page.goto(f"/cases/{no}/")
    page.get_by_role("button", name="同意答复").click()
    expect(page.locator(".notice.good")).to_contain_text("答复已同意")


def reviewer_accepts_the_reply(page: Page, no: str) -> None:
    page.goto(f"/dispatch/?part=reply&case={no}")
    page.get_by_role("button", name="核准答复").click()
    expect(page.locator(".notice.good")).to_contain_text("答复已核准")


def citizen_looks_up_progress(page: Page, no: str, code: str, picture) -> None:
    page.goto("/c/")
    page.get_by_role("link", name="查进度").click()
    page.get_by_label("工单号").fill(no)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".state")).to_contain_text("已答复，请您评价")
    expect(page.locator(".steps")).to_contain_text(ANSWER)
    picture(page, "progress-phone")


def callback_staff_asks(page: Page, no: str, picture) -> None:
    page.goto(f"/callback/?case={no}")
    for key in "1144":
        page.keyboard.press(key)
    expect(page.locator(".fields input:checked")).to_have_count(4)
    picture(page, "callback")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice.good")).to_contain_text("已结案")


def citizen_rates(page: Page, picture) -> None:
    page.reload()
    page.locator(".help").get_by_role("link", name="去评价").click()
    page.get_by_label("联系过", exact=True).check()
    page.get_by_label("解决了", exact=True).check()
    page.get_by_role("group", name="对办理结果满意吗？").get_by_label("非常满意", exact=True).check()
    picture(page, "rate-phone")
    address = page.url
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您的评价")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("您已经评价过了")
