"""What is in a file: told by its bytes, cleaned of where it was made, never trusted."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from petitions.media.film import without_place
from petitions.media.photo import BrokenPhoto, TooManyPixels, read_photo
from petitions.media.sniff import sniff
from tests.petitions.pictures import a_film, a_photo

HERE = ((31.0, 13.0, 49.44), "N", (121.0, 28.0, 25.32), "E")
LIMITS = {"longest": 2560, "most_pixels": 60_000_000}


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"#!AMR\n", "audio/amr"),
        (b"%PDF-1.7", "application/pdf"),
    ],
)
def test_a_type_is_told_by_the_first_bytes(head, content_type):
    assert sniff(head).content_type == content_type


@pytest.mark.parametrize(
    "head", [b"", b"MZ\x90\0", b"PK\x03\x04", b"<svg xmlns", b"<!doctype html>", b"RIFF\0\0\0\0AVI "]
)
def test_other_types_are_nobodys(head):
    assert sniff(head) is None


def test_time_and_place_become_facts_and_leave_the_stored_copy():
    photo = read_photo(a_photo(place=HERE, taken="2026:11:20 15:02:00"), **LIMITS)

    assert photo.facts["taken_at"] == "2026-11-20T15:02:00+08:00"
    assert (photo.facts["lat"], photo.facts["lon"]) == (31.2304, 121.4737)
    for stored in (photo.data, photo.thumbnail):
        assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}
        assert b"secret" not in stored


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_kind_of_photo_is_cleaned(form):
    photo = read_photo(a_photo(form=form, place=HERE), **LIMITS)

    assert photo.facts["lat"] == 31.2304
    assert b"secret" not in photo.data


def test_a_large_photo_is_made_smaller_and_an_upright_one_stays_upright():
    photo = read_photo(a_photo(size=(3000, 1000)), longest=600, most_pixels=60_000_000)

    assert (photo.facts["width"], photo.facts["height"]) == (600, 200)
    assert Image.open(io.BytesIO(photo.thumbnail)).size == (320, 107)


def test_southern_and_western_places_are_negative_and_nonsense_is_no_place():
    south = ((33.0, 30.0, 0.0), "S", (70.0, 30.0, 0.0), "W")
    nowhere = ((200.0, 0.0, 0.0), "N", (10.0, 0.0, 0.0), "E")

    assert read_photo(a_photo(place=south), **LIMITS).facts["lat"] == -33.5
    assert read_photo(a_photo(place=south), **LIMITS).facts["lon"] == -70.5
    assert "lat" not in read_photo(a_photo(place=nowhere), **LIMITS).facts


def test_a_photo_that_would_fill_the_memory_is_refused_before_it_is_unpacked():
    with pytest.raises(TooManyPixels):
        read_photo(a_photo(size=(900, 900)), longest=600, most_pixels=500_000)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on the broken tags
@settings(max_examples=60, deadline=None)
@given(cut=st.integers(4, 600), noise=st.binary(max_size=64))
def test_a_cut_or_spoilt_photo_is_broken_or_read_and_nothing_else_happens(cut, noise):
    whole = a_photo(place=HERE)
    try:
        photo = read_photo(whole[:cut] + noise + whole[cut + len(noise) :], **LIMITS)
    except BrokenPhoto:
        return
    assert Image.open(io.BytesIO(photo.data)).size == (photo.facts["width"], photo.facts["height"])


def test_the_place_in_a_film_is_painted_over_and_nothing_else():
    film = a_film()
    clean, facts = without_place(film)

    assert facts == {"lat": 31.2304, "lon": 121.4737}
    assert len(clean) == len(film)
    assert clean.count(b"+31.2304+121.4737/") == 1, "the pictures themselves are not touched"
    assert b"+00.0000+000.0000/" in clean


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_pass_through_the_film_reader(data):
    clean, _facts = without_place(data)
    assert len(clean) == len(data)
