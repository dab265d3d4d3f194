"""A citizen without JavaScript: report in four steps, look up the progress with number and code."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

TEXT = "我们小区门口的井盖坏了好几天，昨天有老人差点摔倒，希望快点修好。"


@pytest.fixture
def plain(new_context) -> Page:
    """A phone with JavaScript switched off."""
    return new_context(java_script_enabled=False, viewport=PHONE).new_page()


def pass_what_is_known(page: Page) -> None:
    """Another test may have reported the same already: then it is offered first."""
    if page.get_by_role("heading", name="先看一下").count():
        page.get_by_role("button", name="不是，继续填写").click()


def report(page: Page) -> tuple[str, str]:
    page.goto("/c/submit/")
    page.get_by_label("您要反映什么事").fill(TEXT)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("在哪里发生的").fill("江北区望河街道柳荫里小区")
    page.get_by_role("button", name="下一步").click()
    pass_what_is_known(page)
    page.get_by_label("您的电话").fill("138 0000 3001")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".check-list")).to_contain_text(TEXT)
    page.get_by_role("button", name="提交", exact=True).click()
    no, code = page.locator(".number").all_inner_texts()
    return no.replace(" ", ""), code


def test_all_four_steps_and_the_progress_page_work(plain):
    no, code = report(plain)
    plain.context.clear_cookies()
    plain.goto("/c/track/")
    plain.get_by_label("工单号").fill(no)
    plain.get_by_label("查询码").fill(code.lower())
    plain.get_by_role("button", name="查询").click()
    expect(plain.locator(".state")).to_contain_text("已收到")
    assert code not in plain.url


def test_going_back_keeps_what_was_written(plain):
    plain.goto("/c/submit/")
    plain.get_by_label("您要反映什么事").fill(TEXT)
    plain.get_by_role("button", name="下一步").click()
    plain.get_by_role("button", name="上一步").click()
    expect(plain.get_by_label("您要反映什么事")).to_have_value(TEXT)


def test_a_wrong_phone_number_is_explained_where_it_stands(plain):
    plain.goto("/c/submit/")
    plain.get_by_label("您要反映什么事").fill(TEXT)
    plain.get_by_role("button", name="下一步").click()
    plain.get_by_label("在哪里发生的").fill("柳荫里小区")
    plain.get_by_role("button", name="下一步").click()
    pass_what_is_known(plain)
    plain.get_by_label("您的电话").fill("12")
    plain.get_by_role("button", name="下一步").click()
    expect(plain.locator(".errors")).to_contain_text("电话号码不对")
    expect(plain).to_have_title(re.compile("^错误："))


def test_somebody_elses_number_without_the_code_opens_nothing(plain, new_context):
    no, _code = report(plain)
    stranger = new_context(java_script_enabled=False).new_page()
    stranger.goto(f"/c/case/{no}/")
    expect(stranger).to_have_url(re.compile("/c/track/"))
