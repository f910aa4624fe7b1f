"""The copies that visitors see: only pixels, two sizes, and a reason where none can be made."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app import storage
from app.database import db
from app.exhibitions import pictures
from app.exhibitions.models import Picture
from tests.exhibitions.conftest import image


def _copies(content: bytes) -> pictures.Copies:
    return pictures.copies(io.BytesIO(content))


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_copies_are_no_larger_than_their_sizes():
    made = _copies(image(size=(4000, 3000)))

    assert (made.width, made.height) == (1600, 1200)
    assert [_opened(one).size for one in (made.large, made.small)] == [(1600, 1200), (480, 360)]


def test_a_small_picture_is_not_blown_up():
    assert _opened(_copies(image(size=(300, 200))).large).size == (300, 200)


def test_nothing_but_pixels_remains():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Vera"
    exif[0x8825] = {1: "N", 2: (50.0, 33.0, 0.0)}
    sent = image(exif=exif, comment=b"taken at school 15", icc_profile=b"0" * 200)

    made = _copies(sent)

    for copy in (made.large, made.small):
        assert (dict(_opened(copy).getexif()), _opened(copy).info.get("comment"), _opened(copy).info.get("icc_profile")) == ({}, None, None)
        assert b"Vera" not in copy


def test_a_picture_stands_as_the_camera_held_it():
    exif = Image.Exif()
    exif[0x0112] = 6

    made = _copies(image(size=(400, 200), exif=exif))

    assert (made.width, made.height) == (200, 400)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16"])
def test_pictures_of_every_mode_become_jpeg(mode):
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "PNG")

    assert _opened(_copies(out.getvalue()).large).format == "JPEG"


def test_what_is_transparent_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")

    assert _opened(_copies(out.getvalue()).large).getpixel((5, 5)) == (255, 255, 255)


def test_a28_a_huge_picture_is_not_unpacked():
    content = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(content, "PNG")

    with pytest.raises(pictures.NotAPicture) as fault:
        _copies(content.getvalue())

    assert str(fault.value) == "huge"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff\xe0 not a picture", b"GIF89a<script>", image()[:2000], image("PNG")[:100]], ids=range(5)
)
def test_a_broken_picture_says_so(content):
    with pytest.raises(pictures.NotAPicture) as fault:
        _copies(content)

    assert str(fault.value) == "broken"


def test_the_worker_makes_both_copies(exhibit, work_off):
    exhibit()
    assert {one.state for one in db.session.query(Picture)} == {"requested"}
    work_off()

    db.session.expire_all()
    picture = db.session.query(Picture).one()
    assert (picture.state, picture.width, picture.height) == ("ready", 1200, 900)
    assert [_opened(storage.read(key)).size for key in (picture.large_key, picture.small_key)] == [(1200, 900), (480, 360)]


def test_a_broken_picture_is_a_calm_place_and_a_reason_for_staff(world, exhibit, attach, opened, work_off, client, as_nina):
    # A JPEG cut off in the middle passes the check at the door: only whoever draws it finds out.
    broken = image(size=(2000, 1500), quality=95)
    shown = exhibit(before=lambda entry: attach(entry, broken[: len(broken) // 2], "обрыв.jpg"))
    work_off()
    opened()

    assert sorted((one.state, one.reason) for one in db.session.query(Picture)) == [("failed", "broken"), ("ready", "")]
    page = client.get(f"/exhibits/{shown}").text
    assert "Снимок появится позже" in page
    assert "не открывается" not in page
    assert "файл не открывается как снимок" in as_nina.get(f"/exhibits/{shown}").text
    assert "1 снимок не получился" in as_nina.get(f"/events/{world.ids['exhibition']}/desk").text
    assert "файл не открывается как снимок" in as_nina.get(f"/events/{world.ids['exhibition']}/gallery/failed").text


def test_a_failed_picture_can_be_tried_again(exhibit, attach, opened, work_off, as_nina, as_vera):
    broken = image(size=(2000, 1500), quality=95)
    exhibit(before=lambda entry: attach(entry, broken[: len(broken) // 2], "обрыв.jpg"))
    work_off()
    failed = db.session.query(Picture).filter_by(state="failed").one().id
    assert as_vera.post(f"/pictures/{failed}/again").status_code == 404
    as_nina.post(f"/pictures/{failed}/again")

    assert db.session.get_one(Picture, failed).state == "requested"
    work_off()
    db.session.expire_all()
    assert db.session.get_one(Picture, failed).state == "failed"


def test_a_picture_is_a_jpeg_in_a_sandbox_kept_by_one_browser(exhibit, opened, work_off, client):
    exhibit()
    work_off()
    opened()
    picture = db.session.query(Picture).one().id

    answer = client.get(f"/pictures/{picture}/small")

    assert _opened(answer.data).size == (480, 360)
    headers = {
        name: answer.headers[name] for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    }
    assert headers == {
        "Content-Type": "image/jpeg",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=600",
    }
    assert client.get(f"/pictures/{picture}/small", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(f"/pictures/{picture}/original").status_code == 404
    assert client.get(f"/pictures/{picture + 99}/small").status_code == 404
