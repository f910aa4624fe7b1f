"""The drawn paper: what it says, that it fits, that it fetches nothing. A10 A15."""

from __future__ import annotations

import io
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from app.certificates import pdf

WORDS: dict[str, Any] = {
    "kind": "diploma",
    "issuer": "Информационно-методический центр",
    "founder": "Управление образования",
    "title": "Диплом",
    "degree": "I степени",
    "verb": "награждается",
    "name": "Соколова Вера Андреевна",
    "about": "педагог-библиотекарь, СОШ № 15",
    "lines": ["за I место в номинации «Библиотечный урок»", "Работа «Читающий двор»"],
    "ground": "Основание: приказ № 214 от 23 ноября 2026 г.",
    "signatory_post": "директор",
    "signatory_name": "Е. П. Кравцова",
    "city": "Комсомольск-на-Амуре",
    "date": "23 ноября 2026 г.",
    "number": "0001/2026",
    "code": "ABCDEFGHJK",
}


def read(paper: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).split())


def picture(paper: bytes, tmp_path) -> Image.Image:
    (tmp_path / "paper.pdf").write_bytes(paper)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", tmp_path / "paper.pdf", tmp_path / "page"], check=True)
    return Image.open(tmp_path / "page.png")


@pytest.mark.parametrize(("kind", "size"), [("diploma", (842, 595)), ("certificate", (595, 842)), ("thanks", (595, 842))])
def test_a_paper_says_all_its_words_on_one_sheet(app, kind, size):
    paper = pdf.draw({**WORDS, "kind": kind})
    text, page = read(paper), PdfReader(io.BytesIO(paper)).pages[0]

    said = [text for key, text in WORDS.items() if key not in ("kind", "lines", "code", "title")] + WORDS["lines"]
    assert [words for words in said if words not in text] == []
    assert "ДИПЛОМ" in text
    assert "ABCDE-FGHJK" in text
    assert "М.П." in text
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size
    assert len(PdfReader(io.BytesIO(paper)).pages) == 1


@pytest.mark.parametrize("kind", ["diploma", "certificate"])
def test_the_square_code_leads_to_the_check_page(app, tmp_path, kind):
    app.config["CHECK_URL"] = "https://check.example.ru"
    found = zxingcpp.read_barcodes(picture(pdf.draw({**WORDS, "kind": kind}), tmp_path))

    assert [one.text for one in found] == ["https://check.example.ru/check/ABCDEFGHJK"]


def test_all_letters_are_inside_the_file(app, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(pdf.draw({**WORDS, "name": "Бельды Чуӈэ Ӣгнатовна Әлфия"}))
    listing = subprocess.run(["pdffonts", tmp_path / "paper.pdf"], check=True, capture_output=True, text=True).stdout.splitlines()[2:]

    names = [line.split()[0].split("+")[1] for line in listing]
    assert {name.split("-")[0] + "-" + name.split("-")[1] for name in names} == {"PT-Serif", "PT-Sans"}
    assert len(names) == len(set(names)), "two files under one name print letters of each other"
    assert all(line.split()[-5] == "yes" for line in listing)


def test_the_same_words_give_the_same_file(app):
    assert pdf.draw(WORDS) == pdf.draw(WORDS)


LONG = {
    "name": "Константинопольская-Преображенская " * 7 + "Вера",
    "about": "заведующая информационно-библиотечным центром, " + "Муниципальное общеобразовательное учреждение " * 4,
    "lines": ["в номинации «" + "Очень длинная номинация " * 10 + "»", "Работа «" + "Ж" * 300 + "»"],
}


@pytest.mark.parametrize("kind", ["diploma", "certificate"])
def test_three_hundred_letters_still_fit_above_the_foot(app, kind):
    text = read(pdf.draw({**WORDS, **LONG, "kind": kind}))

    assert text.count("Ж") == 300
    assert text.count("Константинопольская-") + text.count("Константинопольская -") == 7


def test_what_no_size_brings_onto_the_page_is_an_error_and_never_cut(app):
    with pytest.raises(pdf.TooLong):
        pdf.draw({**WORDS, "lines": ["слово " * 4000]})


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "{person.email}", "{% raw %}", "%(x)s", "<b>Вера</b>", "</p><script>x</script>"])
def test_a_hostile_name_is_printed_as_it_is(app, name):
    assert name.replace(" ", "") in read(pdf.draw({**WORDS, "name": name})).replace(" ", "")


class Trap(BaseHTTPRequestHandler):
    """Notes every request: none is expected."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def trap():
    Trap.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Trap)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


HOSTILE = (
    '<img src="{url}/a.png">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<link rel="stylesheet" href="{url}/b.css">',
    "<style>@import url({url}/c.css); body {{ background: url({url}/d.png) }}</style>",
    '<object data="{url}/e.svg"></object><embed src="file:///etc/passwd">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/f.eps"/></svg>',
)


@pytest.mark.parametrize("attack", HOSTILE)
def test_text_that_looks_like_markup_fetches_nothing(app, trap, attack):
    paper = pdf.draw({**WORDS, "name": "Вера", "lines": [attack.format(url=trap)]})

    assert Trap.asked == []
    assert PdfReader(io.BytesIO(paper)).attachments == {}
    assert attack.format(url=trap)[:10].replace(" ", "") in read(paper).replace(" ", "")


@pytest.mark.parametrize("attack", HOSTILE)
def test_even_real_markup_would_fetch_nothing(app, trap, attack):
    """The second wall: should a template ever let markup through, the renderer still opens nothing."""
    document = pdf._laid_out(f"<body>{attack.format(url=trap)}</body>", 12)
    out = io.BytesIO()
    document.write_pdf(out)

    assert Trap.asked == []
    assert PdfReader(out).attachments == {}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/x", "https://example.org/x", "ftp://example.org/x"])
def test_the_fetcher_opens_data_alone(url):
    with pytest.raises(Exception, match=r".+"):
        pdf.OnlyOurAssets().fetch(url)
    assert pdf.OnlyOurAssets().fetch("data:text/plain,да") is not None
