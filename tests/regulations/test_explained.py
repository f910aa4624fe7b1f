"""Every rule of every real case is said in whole sentences of both languages."""

import re

import pytest

from app.wording.explained import explain_in
from tests.regulations.cases import FILES, rules

# A key, a placeholder of a paper, a value that was not filled in, or words that miss.
UNSAID = re.compile(r"[a-z]+_[a-z_]+|\{|%\(|\bNone\b|\s{2,}")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("number", FILES)
def test_case_is_explained(app, number, lang):
    with app.app_context():
        chapters = explain_in(rules(number), lang)
    told = [sentence for one in chapters for sentence in (one.title, *one.sentences)]

    assert len(told) > 30
    assert [one for one in told if not one.strip() or UNSAID.search(one)] == []
    assert [one for chapter in chapters for one in chapter.sentences if one[-1] not in ".»”"] == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("02", "место"),
        ("03", "Призёром становится каждый, кто занял место с II по III."),
        ("10", "На этап «Финал: защита проектов» из каждого списка выходит не больше десяти лучших работ."),
        ("13", "Места распределяют отдельно по номинациям"),
        ("11", "К награде выдают документ «Почётная грамота»"),
    ],
)
def test_what_is_odd_is_said(app, number, sentence):
    with app.app_context():
        told = " ".join(one for chapter in explain_in(rules(number), "ru") for one in chapter.sentences)

    assert sentence in told
