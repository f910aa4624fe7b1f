"""The regulations to start from: sound, in both languages, and asking for what their papers need."""

import re

import pytest

from app.events import document, operations
from workflows import questions, regulation
from workflows.checker import texts

PRESETS = {name: regulation.parse(data) for name, data in operations.presets().items()}
CONTEST, EXHIBITION, BRIDGE = PRESETS["contest"], PRESETS["exhibition"], PRESETS["bridge"]


@pytest.mark.parametrize("name", PRESETS)
def test_preset_is_sound(name):
    assert regulation.problems(PRESETS[name]) == []
    assert regulation.compile(PRESETS[name]).faults() == []
    assert PRESETS[name].kind == name


@pytest.mark.parametrize("name", PRESETS)
def test_preset_speaks_both_languages(name):
    for path, text in ((path, text) for path, text in texts.walk(PRESETS[name]) if isinstance(text, dict)):
        assert all(text.get(lang) for lang in ("ru", "en")), path
        assert not re.search("[а-яё]", text["en"], re.IGNORECASE), path
        holders = [sorted(re.findall(r"\{\w+\}", words)) for words in text.values()]
        assert holders[0] == holders[1], path


@pytest.mark.parametrize("name", PRESETS)
def test_preset_survives_writing_and_reading(name):
    data = operations.presets()[name]

    assert document.load(document.dump(data)).data == data


def test_contest_asks_and_judges_as_announced():
    stage = CONTEST.marking_stage

    assert stage is not None
    assert (len(stage.criteria), stage.jury.sheets, stage.jury.blind, stage.jury.method) == (5, 3, True, "mean")
    assert [one.paper for one in CONTEST.awards] == ["diploma_1", "diploma_2", "diploma_3", "certificate"]
    assert {one.purpose for one in CONTEST.consents} == {"processing", "spreading", "publication"}
    assert CONTEST.question("annotation").max_length == 1500
    assert len(CONTEST.nominations) == 3


def test_bridge_asks_a_topic_only_of_speakers():
    def asked(participation):
        return [one.key for one in questions.visible(BRIDGE, {"participation": participation})]

    assert asked("listener") == ["participation", "site"]
    assert asked("speaker") == ["participation", "site", "topic", "annotation", "minutes", "presentation"]


def test_exhibition_needs_a_picture():
    missing = questions.unanswered(EXHIBITION, {}, files={}, authors=1, consents=["processing"])

    assert "pictures" in missing
    assert EXHIBITION.question("pictures").files.kinds == ("jpg", "png")
