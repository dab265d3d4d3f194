"""Files over HTTP: who gets them, under which headers, and what a citizen without JavaScript can hand in."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from petitions.models import Attachment, Petition
from petitions.services import attachments
from petitions.services.attachments import Upload
from tests import make
from tests.petitions.pictures import a_film, a_photo


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(city):
    return make.a_case(unit=make.a_unit())


def kept(case, data: bytes, *, name: str = "现场.jpg") -> Attachment:
    upload = Upload(name=name, size=len(data), content=io.BytesIO(data))
    return attachments.attach(case.pk, [upload], actor=make.an_operator(), kind="citizen", now=make.NOW).kept[0]


def a_file(data: bytes = b"", name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or a_photo())


def test_a_photo_is_served_as_what_it_is_and_never_sniffed(case, client):
    file = kept(case, a_photo())
    client.force_login(make.an_operator())
    answer = client.get(f"/files/{file.pk}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"].startswith("private")


def test_a_document_is_downloaded_under_the_ending_of_what_is_in_it(case, client):
    file = kept(case, b"%PDF-1.7 <script>", name="答复.html")
    client.force_login(make.an_operator())
    answer = client.get(f"/files/{file.pk}/")

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Disposition"].endswith(".html.pdf")


def test_a_player_gets_the_part_it_asks_for(case, client):
    film = a_film(place=b"none")
    file = kept(case, film, name="a.mp4")
    client.force_login(make.an_operator())

    part = client.get(f"/files/{file.pk}/", headers={"Range": "bytes=4-7"})
    nonsense = client.get(f"/files/{file.pk}/", headers={"Range": "bytes=900000-"})

    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"ftyp", f"bytes 4-7/{len(film)}")
    assert (nonsense.status_code, nonsense.content) == (200, film)


def test_a_stranger_gets_neither_the_file_nor_the_small_one(case, client):
    file = kept(case, a_photo())
    assert client.get(f"/files/{file.pk}/").status_code == 302
    client.force_login(make.a_handler(of=make.a_unit()))

    assert [client.get(f"/files/{file.pk}/{size}").status_code for size in ("", "small/")] == [404, 404]
    assert client.get(f"/c/files/{file.pk}/").status_code == 404


def test_opening_a_file_of_a_confidential_case_is_written_down_and_its_thumbnail_is_not(city, client):
    case = make.a_case(confidential=True)
    file = kept(case, a_photo())
    client.force_login(make.an_operator())

    client.get(f"/files/{file.pk}/small/")
    assert case.disclosures.count() == 0
    client.get(f"/files/{file.pk}/")
    assert case.disclosures.get().reason == "打开附件：现场.jpg"


def test_a_phone_sends_a_photo_and_reads_json(case, client):
    client.force_login(make.a_handler(of=make.main(case).department))
    sent = {"files": a_file(), "client_key": "k1"}
    first = client.post(f"/cases/{case.no}/files/", sent, headers={"Accept": "application/json"})
    again = client.post(
        f"/cases/{case.no}/files/", {"files": a_file(), "client_key": "k1"}, headers={"Accept": "application/json"}
    )
    bad = {"files": a_file(b"MZ\x90\0", "x.exe")}
    refused = client.post(f"/cases/{case.no}/files/", bad, headers={"Accept": "application/json"})

    assert (first.status_code, first.json()["kept"]) == (201, again.json()["kept"])
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert "“x.exe”不是照片" in refused.json()["detail"]
    assert Attachment.objects.get().kind == Attachment.Kind.HANDLING


def test_hiding_from_the_page_needs_a_reason(case, client):
    file, supervisor = kept(case, a_photo()), make.a_supervisor()
    client.force_login(supervisor)

    client.post(f"/files/{file.pk}/hide/", {"reason": ""})
    assert Attachment.objects.shown().count() == 1
    client.post(f"/files/{file.pk}/hide/", {"reason": "与本案无关"})
    assert Attachment.objects.shown().count() == 0


def steps(client, **more) -> Petition:
    """All four steps as plain form posts; the files come with the last."""
    said = {"text": "路灯坏了三天", "address": "柳荫里小区", "phone": "13800003001", "key": "abc"}
    client.post("/c/submit/", {**said, "step": "check", **more})
    return Petition.objects.get(idempotency_key="web-abc")


def test_a_citizen_hands_in_files_and_reads_which_was_refused(city, client):
    case = steps(client, files=[a_file(), a_file(b"PK\x03\x04", "合同.docx")])
    page = client.get("/c/done/").content.decode()

    assert [file.kind for file in case.attachments.all()] == ["citizen"]
    assert "合同.docx" in page
    assert "请另存为 PDF 再传" in page
    assert client.get(f"/c/files/{case.attachments.get().pk}/").status_code == 200


def test_a_citizen_adds_a_file_later_and_somebody_else_does_not(city, client, django_user_model):
    case = steps(client)
    client.post(f"/c/case/{case.no}/files/", {"files": a_file()})
    assert case.attachments.count() == 1

    client.cookies.clear()
    answer = client.post(f"/c/case/{case.no}/files/", {"files": a_file(a_photo(size=(9, 9)))})
    assert (answer.status_code, case.attachments.count()) == (302, 1)


def test_what_staff_added_is_not_the_citizens_to_open(city, client):
    case = steps(client)
    upload = Upload(name="内部.jpg", size=9, content=io.BytesIO(a_photo()))
    inner = attachments.attach(case.pk, [upload], actor=make.an_operator(), kind="handling", now=make.NOW).kept[0]

    assert client.get(f"/c/files/{inner.pk}/").status_code == 404
    assert "内部.jpg" not in client.get(f"/c/case/{case.no}/").content.decode()


def test_an_operator_keeps_what_the_caller_sent(city, client):
    client.force_login(make.an_operator())
    said = {"text": make.WORDS, "phone": make.PHONE, "way": "review", "key": "k9", "files": a_file()}
    client.post("/intake/", said)

    assert Petition.objects.get(idempotency_key="k9").attachments.get().kind == Attachment.Kind.CITIZEN
