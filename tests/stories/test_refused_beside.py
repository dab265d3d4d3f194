"""Refusals beside the case: files, words of notices, the formula of the score."""

import io
from datetime import date

import pytest

from petitions import errors
from petitions.insight import formulas
from petitions.insight.models import Formula
from petitions.models import Attachment
from petitions.services import attachments
from petitions.services.notify import templates
from routing import rulebook
from routing.models import Parameter
from tests import make

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(name: str, data: bytes) -> attachments.Upload:
    return attachments.Upload(name, len(data), io.BytesIO(data))


def test_a_file_that_cannot_be_taken_is_named_in_its_refusal(city):
    for name, data in (("空.pdf", b""), ("木马.exe", b"MZ\x90\x00" + b"\x00" * 64)):
        with pytest.raises(errors.FileRefused, match=name):
            attachments.judge(upload(name, data), rulebook.current())


def test_the_files_that_find_no_room_are_refused_one_by_one_and_the_others_kept(city):
    case = make.a_case()
    Parameter.objects.filter(key="attachment.most_per_case").update(value=1)

    taken = attachments.attach(
        case.pk, [upload("一.pdf", PDF), upload("二.pdf", PDF + b"\n")], actor=make.a_reviewer(), now=make.NOW
    )

    assert [attachment.name for attachment in taken.kept] == ["一.pdf"]
    assert list(taken.refused) == [f"“二.pdf”：{errors.TooManyFiles().message}"]
    assert Attachment.objects.filter(petition=case).count() == 1


@pytest.mark.parametrize("text", ["", "工单 {没有这个} 已办"])
def test_words_of_a_notice_that_cannot_be_filled_in_are_refused(text):
    with pytest.raises(errors.BadTemplate):
        templates.check("case-closed", "sms", "", text)


def test_weights_that_do_not_make_a_whole_are_refused_and_no_version_is_written(city):
    wish = {"actor": make.a_supervisor(), "reason": "调整", "effective_from": date(2027, 1, 1)}

    with pytest.raises(errors.BadFormula):
        formulas.change(**wish, solved=0.9)
    assert Formula.objects.filter(reason="调整").count() == 0
    changed = formulas.change(**wish, solved=0.4, satisfied=0.5)

    assert (changed.solved, changed.satisfied) == (0.4, 0.5)
