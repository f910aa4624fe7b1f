"""Regulations as YAML documents: the only code that knows YAML. Plain data with line numbers, nothing else is let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflows.saying import Saying

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20
MOST_DIGITS = 40
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where it is built in: ten times as fast

Path = tuple[str | int, ...]


class DocumentFault(Exception):
    """The document cannot be read: the line (from 1) and what is wrong there."""

    def __init__(self, line: int, saying: Saying) -> None:
        super().__init__(f"line {line}: {saying.key}")
        self.line = line
        self.saying = saying


@dataclass(frozen=True)
class Document:
    data: Any
    lines: Mapping[Path, int]


def load(text: str) -> Document:
    """Return plain data with the line of every field and item. Raises DocumentFault.

    Tags, anchors, aliases, doubled keys, deep nesting and large documents are refused: a regulation needs none of them.
    """
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise DocumentFault(1, Saying("document_too_large", most=MOST_BYTES // 1024))
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise DocumentFault(mark.line + 1 if mark else 1, Saying("document_not_readable")) from fault
    except (yaml.YAMLError, UnicodeError) as fault:
        raise DocumentFault(1, Saying("document_not_readable")) from fault
    if node is None:
        raise DocumentFault(1, Saying("document_empty"))
    lines: dict[Path, int] = {}
    return Document(_plain(node, (), lines), lines)


def _refuse_tricks(text: str) -> None:
    """Walk the events before anything is built: an alias or a thousand brackets never become nodes."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise DocumentFault(line, Saying("document_anchor"))
        if getattr(event, "tag", None) is not None:
            raise DocumentFault(line, Saying("document_tag"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise DocumentFault(line, Saying("document_too_deep", most=MOST_DEPTH))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _plain(node: Node, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, SequenceNode):
        return [_plain(inner, (*path, number), lines) for number, inner in enumerate(node.value)]
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _scalar(node: ScalarNode) -> Any:
    """Return a number, a truth, nothing, or the text as it was written: a date, a time of day and «no» are text."""
    build = _BUILD.get(node.tag)
    if build is None or ":" in node.value or (build is _bool and node.value.lower() not in ("true", "false")):
        return node.value
    line = node.start_mark.line + 1
    if len(node.value) > MOST_DIGITS:
        raise DocumentFault(line, Saying("document_number_too_long", most=MOST_DIGITS))
    try:
        return build(node)
    except (ValueError, OverflowError) as fault:
        raise DocumentFault(line, Saying("document_not_readable")) from fault


_constructor: Any = yaml.constructor.SafeConstructor()
_bool = _constructor.construct_yaml_bool
_BUILD = {
    "tag:yaml.org,2002:int": _constructor.construct_yaml_int,
    "tag:yaml.org,2002:float": _constructor.construct_yaml_float,
    "tag:yaml.org,2002:bool": _bool,
    "tag:yaml.org,2002:null": _constructor.construct_yaml_null,
}


def _mapping(node: MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise DocumentFault(line, Saying("document_key_not_text"))
        key = str(key_node.value)
        if key in found:
            raise DocumentFault(line, Saying("document_key_twice", name=key))
        found[key] = _plain(value_node, (*path, key), lines)
        lines[*path, key] = line  # a block is found where its name stands, not where its first value does
    return found


def dump(data: Any) -> str:
    """Return plain data as YAML in the order given; what stands twice is written twice, for an anchor could not be read again."""
    return yaml.dump(data, Dumper=_Plainly, allow_unicode=True, sort_keys=False, width=120)


class _Plainly(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (the signature of the library)
        return True
