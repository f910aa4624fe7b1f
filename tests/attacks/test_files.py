"""Hostile files: what is taken, under which name, and how it comes back. A1 A2 A17."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select

from app import storage
from app.applications import operations
from app.applications.models import Application, Attachment
from app.database import committing, db
from app.exhibitions import pictures
from app.front.demo_cast import file_for
from tests.attacks import stage
from tests.attacks.forms import faults_of
from tests.world import NOON

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>'
    b"<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:alert(3)'/></foreignObject></svg>"
)
HTML = b"<!doctype html><html><body onload=alert(1)><script>alert(2)</script></body></html>"


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def png(text: str = "") -> bytes:
    out, words = io.BytesIO(), PngImagePlugin.PngInfo()
    if text:
        words.add_text("Comment", text)
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=words)
    return out.getvalue()


@pytest.fixture
def send_file(play, signed_in):
    """Return a function that puts a file into Oleg's draft through its form, in a language."""
    client = signed_in("oleg")

    def send(content: bytes, name: str, *, language: str = "ru"):
        client.set_cookie("language", language)
        data = {"q_file": (io.BytesIO(content), name), "action": "save"}
        with stage.at(NOON):
            return client.post(f"/applications/{play.ids['draft']}/form/files", data=data)

    return send


def kept() -> int:
    return db.session.scalar(select(func.count(Attachment.id))) or 0


HOSTILE = {
    "svg": (SVG, "work.svg"),
    "svg as pdf": (SVG, "work.pdf"),
    "html": (HTML, "work.html"),
    "html as pdf": (HTML, "work.pdf"),
    "html with two endings": (HTML, "work.pdf.html"),
    "pdf in name and signature alone": (b"%PDF-1.7\n" + HTML, "work.pdf"),
    "script that begins as a picture": (b"GIF89a=1;alert(1)//", "work.gif"),
    "picture where papers are asked for": (png(), "work.png"),
    "docx that is a plain archive": (packed(note__txt=b"x"), "work.docx"),
    "docx that is a pptx": (packed(**{"[Content_Types].xml": b"<x/>", "ppt__presentation.xml": b"<x/>"}), "work.docx"),
    "archive that climbs out": (packed(**{"[Content_Types].xml": b"", "word__document.xml": b"", "..__..__evil": b""}), "work.docx"),
    "program": (b"MZ\x90\x00" + b"\0" * 60, "work.pdf"),
    "nothing": (b"", "work.pdf"),
    "no ending": (HTML, "work"),
    "ending hidden by direction marks": (HTML, "work\u202efdp.html"),
    "ending after a zero": (HTML, "work.pdf\0.html"),
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a2_a_file_that_is_not_what_it_says_is_refused_in_words(send_file, case, language):
    content, name = HOSTILE[case]
    before = kept()

    answer = send_file(content, name, language=language)

    assert (answer.status_code, kept()) == (422, before)
    said = [one for one in faults_of(answer.text) if len(one) > 20]
    assert len(said) == 1, faults_of(answer.text)
    assert any("а" <= letter <= "я" for letter in said[0].replace(name, "")) == (language == "ru")


def test_a1_a_drawing_with_a_script_is_not_taken_anywhere(send_file, signed_in, play):
    before = kept()
    data = {"q_pictures": (io.BytesIO(SVG), "work.svg"), "q_materials": (io.BytesIO(SVG), "work.svg"), "action": "save"}
    with stage.at(NOON):
        number = signed_in("oleg").post(f"/events/{play.cast['exhibition']}/applications", data={"once": "a1"}).location.split("/")[2]
        answer = signed_in("oleg").post(f"/applications/{number}/form/pictures", data=data)

    assert (answer.status_code, kept()) == (422, before)


def test_a1_words_hidden_in_a_picture_do_not_reach_the_gallery():
    """The gallery shows copies drawn by us: what else a picture carried stays behind."""
    sent = png("<script>alert(1)</script>")
    drawn = pictures.copies(io.BytesIO(sent))

    assert b"<script>" in sent
    assert [b"<script>" in one for one in (drawn.large, drawn.small)] == [False, False]
    assert drawn.large[:3] == drawn.small[:3] == b"\xff\xd8\xff"


NAMES = {
    "../../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\system.pdf": "system.pdf",
    "%2e%2e%2fpasswd.pdf": "%2e%2e%2fpasswd.pdf",
    "/etc/passwd.pdf": "passwd.pdf",
    "C:\\CON.pdf": "CON.pdf",
    "zero\0byte.pdf": "zerobyte.pdf",
    "line\r\nSet-Cookie: evil=1.pdf": "lineSet-Cookie_ evil=1.pdf",
    "turned\u202efdp.exe.pdf": "turnedfdp.exe.pdf",
    f"{'ж' * 300}.pdf": f"{'ж' * 146}.pdf",
    '"; filename="evil.html.pdf': "_; filename=_evil.html.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_a17_a_name_is_only_ever_a_name(app, world, play, signed_in, name):
    """The file lies under a key of our own; what it was called is said only to the browser that fetches it."""
    content = file_for("pdf", name, 3)[0]
    with committing():
        draft = db.session.get_one(Application, play.ids["draft"])
        file = operations.attach(draft, "file", io.BytesIO(content), name, by=world.oleg, now=NOON).id
    db.session.rollback()
    stored = db.session.get_one(Attachment, file)

    answer = signed_in("oleg").get(f"/files/{file}")
    content_sent = answer.data
    answer.close()

    assert stored.name == NAMES[name]
    assert storage.local_path(stored.key).name == stored.key
    assert content_sent == content
    disposition = answer.headers["Content-Disposition"]
    assert unquote(disposition.split("filename*=UTF-8''")[1]) == NAMES[name]
    assert disposition.count('"') == 2
    assert "Set-Cookie" not in answer.headers or "evil" not in answer.headers["Set-Cookie"]


WAYS = (
    "../secrets/secret_key", "..%2fsecrets%2fsecret_key", "%2e%2e/laureat.db", "....//laureat.db", "%00", "con", ".x.eml", "a/b.eml",
)  # fmt: skip


@pytest.mark.parametrize("door", ["/admin/mail/", "/static/", "/static/css/", "/pictures/1/", "/check/", "/files/"])
def test_a17_no_door_leads_out_of_its_folder(signed_in, door):
    admin = signed_in("admin")
    for way in WAYS:
        answer = admin.get(door + way)
        assert answer.status_code in (302, 404), way
        assert b"SQLite format" not in answer.data
        assert answer.mimetype == "text/html"
