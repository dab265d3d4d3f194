"""Files of a case: who may add, open and hide them, what is refused with which words, and what is kept of it."""

import io
import json

import pytest
from django.core.files.storage import default_storage

from petitions import errors
from petitions.models import Attachment
from petitions.services import attachments, seal
from petitions.services.attachments import Upload
from routing.models import Parameter
from tests import make
from tests.petitions.pictures import a_film, a_photo

HERE = ((31.0, 13.0, 49.44), "N", (121.0, 28.0, 25.32), "E")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(city):
    return make.a_case(unit=make.a_unit())


@pytest.fixture
def handler(case):
    return make.a_handler(of=make.main(case).department)


def upload(data: bytes, *, name: str = "现场.jpg", key: str = "") -> Upload:
    return Upload(name=name, size=len(data), content=io.BytesIO(data), key=key)


def attach(case, actor, *uploads, **more):
    return attachments.attach(case.pk, uploads, actor=actor, now=make.NOW, **more)


def test_a_photo_is_kept_without_its_place_which_becomes_a_fact(case, handler):
    original = a_photo(place=HERE, taken="2026:11:20 09:30:00")
    (kept,) = attach(case, handler, upload(original), assignment_id=make.main(case).pk).kept

    row = Attachment.objects.get()
    assert (row, row.added_by, row.content_type, row.assignment) == (kept, handler, "image/jpeg", make.main(case))
    assert (row.facts["lat"], row.facts["taken_at"]) == (31.2304, "2026-11-20T09:30:00+08:00")
    with default_storage.open(row.file.name) as stored:
        assert b"secret" not in stored.read()
    assert "现场" not in row.file.name
    event = case.events.get(action="attach")
    assert (event.data["name"], event.actor) == ("现场.jpg", handler)
    assert list(seal.verify_case(make.fresh(case))) == []


def test_a_film_is_kept_without_its_place(case, handler):
    (row,) = attach(case, handler, upload(a_film(), name="a.mp4")).kept

    assert (row.content_type, row.facts) == ("video/mp4", {"lat": 31.2304, "lon": 121.4737})


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"MZ\x90\0", "照片.jpg", "不是照片、录音、视频或 PDF"),
        (b"<svg onload=alert(1)>", "图.svg", "不是照片"),
        (b"", "空.pdf", "是空文件"),
        (b"\0\0\0\x18ftypheic", "IMG_1.HEIC", "HEIC"),
        (b"\xff\xd8\xff\xe0 broken", "坏.jpg", "已损坏"),
    ],
)
def test_a_refused_file_is_named_with_what_is_wrong_and_the_others_are_kept(case, handler, data, name, said):
    taken = attach(case, handler, upload(data, name=name), upload(a_photo()))

    (sentence,) = taken.refused
    assert f"“{name}”" in sentence
    assert said in sentence
    assert len(taken.kept) == 1


def test_the_limits_are_parameters(case, handler):
    Parameter.objects.filter(key="attachment.pdf_mb").update(value=0.001)
    Parameter.objects.filter(key="attachment.most_per_case").update(value=1)
    large = attach(case, handler, upload(b"%PDF-1.7" + bytes(2000), name="大.pdf"))
    many = attach(case, handler, upload(a_photo()), upload(a_photo(size=(9, 9)), name="多.jpg"))

    assert "“大.pdf”" in large.refused[0]
    assert "PDF最大 0.001 MB" in large.refused[0]
    assert (len(many.kept), "附件已满" in many.refused[0]) == (1, True)


def test_the_same_file_twice_is_one_and_so_is_the_same_key(case, handler):
    first = attach(case, handler, upload(a_photo(), key="k1")).kept[0]
    same_bytes = attach(case, handler, upload(a_photo(), name="再传.jpg", key="k2")).kept[0]
    same_key = attach(case, handler, upload(a_photo(size=(9, 9)), key="k1")).kept[0]

    assert (same_bytes, same_key, Attachment.objects.count()) == (first, first, 1)
    assert case.events.filter(action="attach").count() == 1


def test_a_unit_that_does_not_work_on_the_case_adds_nothing(case):
    with pytest.raises(errors.NotYours):
        attach(case, make.a_handler(of=make.a_unit()), upload(a_photo()))

    assert Attachment.objects.count() == 0


def test_a_file_that_cannot_be_recorded_leaves_nothing_in_the_store(case, handler, tmp_path):
    stranger = make.a_case(unit=make.a_unit())
    with pytest.raises(errors.Unknown):
        attach(case, handler, upload(a_photo()), assignment_id=make.main(stranger).pk)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_hiding_takes_it_off_the_pages_and_loses_nothing(case, handler):
    (row,) = attach(case, handler, upload(a_photo())).kept

    with pytest.raises(errors.NoReason):
        attachments.hide(row.pk, actor=handler, reason=" ")
    with pytest.raises(errors.NotYours):
        attachments.hide(row.pk, actor=make.a_head(of=make.a_unit()), reason="拍错")
    attachments.hide(row.pk, actor=handler, reason="拍错了地方", now=make.NOW)

    row.refresh_from_db()
    assert (row.hidden_by, default_storage.exists(row.file.name)) == (handler, True)
    assert case.events.get(action="hide_attachment").reason == "拍错了地方"
    with pytest.raises(errors.Unknown):
        attachments.of(row.pk, handler)


def test_what_was_hidden_by_mistake_can_be_sent_again(case, handler):
    (row,) = attach(case, handler, upload(a_photo())).kept
    attachments.hide(row.pk, actor=handler, reason="拍错", now=make.NOW)

    (again,) = attach(case, handler, upload(a_photo())).kept

    assert again != row
    assert attachments.of(again.pk, handler) == again


def test_who_may_not_see_the_case_does_not_see_its_files(case, handler):
    (row,) = attach(case, handler, upload(a_photo())).kept

    with pytest.raises(errors.Unknown):
        attachments.of(row.pk, make.a_handler(of=make.a_unit()))


def test_opening_a_file_of_a_confidential_case_leaves_a_trace(city):
    case, plain = make.a_case(confidential=True), make.a_case()
    operator = make.an_operator()
    for each in (case, plain):
        (row,) = attach(each, operator, upload(a_photo())).kept
        attachments.seen(row, actor=operator, address="10.0.0.1", now=make.NOW)

    assert [d.what for d in case.disclosures.all()] == ["attachment"]
    assert not plain.disclosures.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\照片\\a.jpg", 'x"<b>.jpg', "\x00\n", "长" * 400])
def test_no_name_reaches_the_store_or_breaks_a_page(case, handler, name):
    (row,) = attach(case, handler, upload(a_photo(), name=name)).kept

    assert not set('/\\<>"\n\0') & set(row.name)
    assert 1 <= len(row.name) <= 160
    assert json.dumps(case.events.get(action="attach").data)
