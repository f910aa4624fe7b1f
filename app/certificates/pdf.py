"""Draws a paper. The only module that knows WeasyPrint; it reads nothing but our own assets."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
from flask import current_app
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from app.certificates import frame

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "fonts"
FACES = (("PT Serif", "pt-serif", 400), ("PT Serif", "pt-serif", 700), ("PT Sans", "pt-sans", 400), ("PT Sans", "pt-sans", 700))
# The ranges in which the vendored files were cut; cyrillic-ext has the letters of Nanai, Tatar and their kin.
RANGES = {
    "cyrillic": "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116",
    "cyrillic-ext": "U+0460-052F, U+1C80-1C8A, U+20B4, U+2DE0-2DFF, U+A640-A69F, U+FE2E-FE2F",
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122",
}
# Sizes of the text in points: the first that fits on one page is taken.
SIZES = (13.2, 11.5, 10.0, 9.0, 8.0, 7.0, 6.0)


class OnlyOurAssets(URLFetcher):
    """Opens data: addresses and nothing else: neither files nor hosts."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


class TooLong(Exception):
    """The text does not fit on one page even in the smallest letters."""


@dataclass(frozen=True)
class Style:
    sheet: CSS
    fonts: FontConfiguration


@cache
def _style() -> Style:
    """Return the parsed style sheet, once per process: parsing the faces costs more than a page of text."""
    fonts = FontConfiguration()
    faces = [_face(family, file, weight, subset) for family, file, weight in FACES for subset in RANGES]
    text = (HERE / "paper.css").read_text(encoding="utf-8")
    for family in {family for family, _file, _weight in FACES}:
        text = text.replace(f'"{family}"', ", ".join(f'"{family} {subset}"' for subset in RANGES))
    text = text.replace("FRAME-LANDSCAPE", _data("image/svg+xml", frame.svg(297, 210).encode()))
    text = text.replace("FRAME-PORTRAIT", _data("image/svg+xml", frame.svg(210, 297).encode()))
    return Style(CSS(string="\n".join([*faces, text]), font_config=fonts, url_fetcher=OnlyOurAssets()), fonts)


def _face(family: str, file: str, weight: int, subset: str) -> str:
    source = _data("font/woff2", (FONTS / f"{file}-{subset}-{weight}-normal.woff2").read_bytes())
    # A name for every file: fonts of one name are one font to the renderer, which then prints letters of the wrong file.
    rules = f"font-family: '{family} {subset}'; font-weight: {weight}; unicode-range: {RANGES[subset]}"
    return f"@font-face {{ {rules}; src: url({source}) format('woff2') }}"


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def draw(wording: Mapping[str, Any]) -> bytes:
    """Return the PDF of a paper: one A4 page, its text as given, its code as a QR that leads to the check page.

    Raises TooLong for a text that no size of letters brings onto the page.
    """
    code = str(wording["code"])
    address = f"{current_app.config['CHECK_URL']}/check/{code}"
    html = current_app.jinja_env.get_template("certificates/paper.html").render(
        paper=wording,
        code=f"{code[:5]}-{code[5:]}",
        address=address,
        qr=segno.make(address, error="m").svg_data_uri(border=0, scale=4, dark="#1f2430"),
    )
    out = io.BytesIO()
    _fitted(html).write_pdf(out)
    return out.getvalue()


def _fitted(html: str) -> Document:
    for size in SIZES:
        document = _laid_out(html, size)
        if len(document.pages) == 1:
            return document
    raise TooLong


def _laid_out(html: str, size: float) -> Document:
    style = _style()
    sheets = [style.sheet, CSS(string=f"html {{ font-size: {size}pt }}", url_fetcher=OnlyOurAssets())]
    return HTML(string=html, url_fetcher=OnlyOurAssets()).render(stylesheets=sheets, font_config=style.fonts)
