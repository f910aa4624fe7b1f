"""A browser without eyes: reads the forms of a page and fills in every field a person could type into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient

KEPT = {"hidden", "email", "url", "number", "date", "datetime-local", "time", "password", "tel"}  # these do not take any text


def parsed(html: str) -> Element:
    """Return the page as a browser would build it, faults mended the way browsers mend them."""
    return html5lib.parse(html, namespaceHTMLElements=False)


def text_of(node: Element) -> str:
    return "".join(node.itertext())


@dataclass
class Form:
    """A form as it stands on the page: what a browser would send, and which of its fields hold any text."""

    action: str
    method: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)  # name -> longest text the field takes
    files: list[str] = field(default_factory=list)


def forms_of(html: str, here: str) -> list[Form]:
    return [_read(node, here) for node in parsed(html).iter("form")]


def _read(node: Element, here: str) -> Form:
    form = Form(urljoin(here, node.get("action") or here), (node.get("method") or "get").lower())
    for one in node.iter():
        name = one.get("name")
        if name and one.tag in ("input", "textarea", "select"):
            _take(form, one, name)
    return form


def _take(form: Form, one: Element, name: str) -> None:
    kind = (one.get("type") or "text").lower()
    if one.tag == "select":
        options = list(one.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        form.values[name] = chosen[0].get("value", "") if chosen else ""
    elif one.tag == "textarea" or kind in ("text", "search"):
        form.values[name] = text_of(one).removeprefix("\n") if one.tag == "textarea" else one.get("value", "")
        if one.get("inputmode") != "decimal":
            form.texts[name] = min(int(one.get(limit) or 10_000) for limit in ("maxlength", "data-most"))
    elif kind == "file":
        form.files.append(name)
    elif kind in ("radio", "checkbox"):
        if one.get("checked") is not None or (kind == "radio" and name not in form.values):
            form.values[name] = one.get("value", "on")
    elif kind in KEPT:
        form.values[name] = one.get("value", "")


def send(
    client: FlaskClient, page: str, *, text: Any = None, to: str | None = None, more: Mapping[str, Any] | None = None, expect: int = 302
) -> Any:
    """Open a page, fill every text field of one of its forms with `text(field, longest)`, send it, and return the answer."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code)
    posted = [form for form in forms_of(opened.text, page) if form.method == "post"]
    form = next(one for one in posted if one.action == (to or page))
    values = dict(form.values)
    if text is not None:
        typed = {name: text(name, longest) for name, longest in form.texts.items() if name not in (more or {})}
        values |= {name: value for name, value in typed.items() if value is not None}
    values |= more or {}
    answer = client.post(form.action, data={name: value for name, value in values.items() if value is not None})
    assert answer.status_code == expect, (page, answer.status_code, faults_of(answer.text))
    return answer


def faults_of(html: str) -> list[str]:
    return [text_of(one).strip() for one in parsed(html).iter() if "fault" in (one.get("class") or "").split()]
