"""The way of an event as a picture: intake, stages, who goes on, awards. A sheet of paper as SVG that fetches nothing."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from xml.etree import ElementTree

from app import wording
from workflows.regulation import Regulation
from workflows.saying import Saying
from workflows.stages import GoesOn, Stage

PAPER, BOX, LINE, INK, SOFT, ARROW = "#fdfbf5", "#ffffff", "#c4b9a3", "#2b2620", "#6b6255", "#7a5c3e"
FONT = "'PT Sans', 'Segoe UI', 'Liberation Sans', Arial, sans-serif"
WIDTH, LEFT, BOX_WIDTH = 880, 40, 470
GUTTER = LEFT + BOX_WIDTH
LANE = 22  # arrows past other boxes run beside them, each in its lane
ROW, PAD, GAP = 19, 14, 34
IN_BOX, IN_TITLE, BESIDE, BETWEEN, DASHED = 52, 46, 28, 42, 26  # signs in a line of text


@dataclass
class Node:
    """One box: a heading and lines below it. `top` and `height` are known once it is placed."""

    title: list[str]
    lines: list[str] = field(default_factory=list)
    top: int = 0

    @property
    def height(self) -> int:
        return 2 * PAD + ROW * (len(self.title) + len(self.lines))

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass
class Edge:
    """An arrow from one box to a later one. `dashed`: points are carried, nobody goes."""

    start: int
    end: int
    labels: list[str]
    dashed: bool = False

    @property
    def is_straight(self) -> bool:
        return self.end == self.start + 1


def draw(rules: Regulation) -> str:
    """Return the picture in the language at hand."""
    nodes = [_intake(rules), *(_stage(stage, rules) for stage in rules.stages), *_awards(rules)]
    edges = _edges(rules, len(nodes))
    heading = textwrap.wrap(wording.say(rules.title), IN_TITLE + 20)
    bottom = _place(nodes, edges, 56 + 28 * len(heading))
    size = {"viewBox": f"0 0 {WIDTH} {bottom}", "width": f"{WIDTH}", "height": f"{bottom}"}
    page = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img"})
    ElementTree.SubElement(page, "title").text = wording.say(rules.title)
    ElementTree.SubElement(page, "desc").text = wording.put(Saying("draw_about"))
    _defs(page)
    ElementTree.SubElement(page, "rect", {"width": f"{WIDTH}", "height": f"{bottom}", "fill": PAPER})
    letters = ElementTree.SubElement(page, "g", {"font-family": FONT, "font-size": "14", "fill": INK})
    for number, line in enumerate(heading):
        _text(letters, LEFT, 48 + 28 * number, line, size=22, bold=True)
    for edge in edges:
        if edge.is_straight:
            _straight(letters, nodes, edge)
    _beside(letters, nodes, [edge for edge in edges if not edge.is_straight])
    for node in nodes:
        _box(letters, node)
    ElementTree.indent(page)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(page, encoding="unicode") + "\n"


# What stands in the boxes


def _intake(rules: Regulation) -> Node:
    lines = [_between("intake_opens", "intake_closes", rules)]
    if rules.nominations:
        names = ", ".join(wording.say(one.title) for one in rules.nominations)
        lines.append(wording.put(Saying("draw_nominations", names=names)))
    return _node(wording.put(Saying("draw_intake")), lines)


def _stage(stage: Stage, rules: Regulation) -> Node:
    lines = [f"{wording.put(Saying(f'draw_kind_{stage.kind}'))}, {wording.put(Saying(f'draw_mode_{stage.mode}'))}"]
    if stage.window is not None:
        lines.append(_between(stage.window.opens, stage.window.closes, rules))
    if stage.criteria:
        by = ", ".join(dict.fromkeys(wording.put(Saying(f"draw_by_{source.by}")) for source in stage.all_sources))
        lines.append(wording.put(Saying("draw_marked", by=by, count=len(stage.criteria))))
    if stage.when is not None:
        lines.append(wording.put(Saying("draw_only_some")))
    return _node(wording.say(stage.title), lines)


def _awards(rules: Regulation) -> list[Node]:
    """Return a box with the awards, or none where there are none."""
    if not rules.awards:
        return []
    lines = []
    for award in rules.awards:
        title = wording.say(award.title)
        lines.append(f"{title}, {_places(award.place_from, award.place_to)}" if award.by == "place" and award.place_from else title)
    return [_node(wording.put(Saying("draw_awards")), lines)]


def _places(first: int, last: int | None) -> str:
    if last is None or last == first:
        return wording.put(Saying("draw_place", place=first))
    return wording.put(Saying("draw_places", first=first, last=last))


def _node(title: str, lines: list[str]) -> Node:
    return Node(textwrap.wrap(title, IN_TITLE), [part for line in lines if line for part in textwrap.wrap(line, IN_BOX)])


def _between(opens: str, closes: str, rules: Regulation) -> str:
    dates = {one.key: one for one in rules.dates}
    told = [
        wording.day(one.on, year=True) if one.on else f"«{wording.say(one.title)}»" for key in (opens, closes) if (one := dates.get(key))
    ]
    return " — ".join(told)


# Who goes where


def _edges(rules: Regulation, count: int) -> list[Edge]:
    """Return the arrows; the box of intake is number 0, the stages follow, awards are the last."""
    place = {stage.key: number for number, stage in enumerate(rules.stages, 1)}
    found: list[Edge] = []
    coming = {cut.to for stage in rules.stages for cut in stage.goes_on}
    for number, stage in enumerate(rules.stages, 1):
        if stage.key not in coming:
            found.append(Edge(0 if number == 1 else number - 1, number, [wording.put(Saying("draw_goes_admitted"))]))
        elif stage.direct is not None:
            found.append(Edge(0, number, [wording.put(Saying("draw_goes_directly"))]))
        for cut in stage.goes_on:
            _join(found, Edge(number, place[cut.to], [_goes(cut, rules)]))
        for added in stage.adds:
            weight = "" if added.weight == 1 else f"\u00a0×\u00a0{wording.number(added.weight.normalize())}"
            found.append(Edge(place[added.stage], number, [wording.put(Saying("draw_adds")) + weight], dashed=True))
    if rules.awards:
        read = [rules.stage_of_award(award) for award in rules.awards if award.by in ("place", "threshold")]
        ends = sorted({place[stage.key] for stage in read if stage is not None}) or [len(rules.stages)]
        found += [Edge(end, count - 1, [wording.put(Saying("draw_by_results"))]) for end in ends]
    return sorted(found, key=lambda edge: (edge.start, edge.end))


def _join(edges: list[Edge], new: Edge) -> None:
    """Two rules about one way are two lines beside one arrow."""
    same = next((edge for edge in edges if (edge.start, edge.end, edge.dashed) == (new.start, new.end, new.dashed)), None)
    if same is None:
        edges.append(new)
    else:
        same.labels += new.labels


def _goes(cut: GoesOn, rules: Regulation) -> str:
    parts = []
    if cut.most is not None:
        parts.append(Saying("draw_goes_most", count=cut.most))
    if cut.percent is not None:
        parts.append(Saying("draw_goes_percent", percent=cut.percent.normalize()))
    if cut.at_least is not None:
        parts.append(Saying("draw_goes_from", least=cut.at_least.normalize()))
    if cut.share_of_max is not None:
        parts.append(Saying("draw_goes_share", percent=(cut.share_of_max * 100).normalize()))
    if cut.decided:
        parts.append(Saying("draw_goes_decided"))
    parts += [Saying("draw_seats", seats=one.count) for one in cut.seats]
    told = [wording.put(one) for one in parts] or [wording.put(Saying("draw_goes_all"))]
    if cut.per:
        told.append(wording.put(Saying("draw_in_each", lists=", ".join(_list_key(key, rules) for key in cut.per))))
    if cut.when is not None:
        told.append(wording.put(Saying("draw_on_condition")))
    return ", ".join(told)


def _list_key(key: str, rules: Regulation) -> str:
    if key in ("nomination", "zone", "group"):
        return wording.put(Saying(f"draw_list_{key}"))
    label = next((wording.say(one.label) for one in rules.questions() if one.key == key), key)
    return wording.put(Saying("draw_list_answer", name=label))


# Where everything stands


def _place(nodes: list[Node], edges: list[Edge], top: int) -> int:
    """Put the boxes below one another, with room for the words beside the arrows; return where the page ends."""
    for number, node in enumerate(nodes):
        node.top = top
        below = [line for edge in edges if edge.is_straight and edge.start == number for line in _wrapped(edge, BETWEEN)]
        top = node.bottom + GAP + ROW * max(len(below), 1)
    return nodes[-1].bottom + 40


def _wrapped(edge: Edge, signs: int) -> list[str]:
    return [part for label in edge.labels for part in textwrap.wrap(label, signs)]


def _straight(page: ElementTree.Element, nodes: list[Node], edge: Edge) -> None:
    """Draw an arrow down to the next box, with its words beside it."""
    start, end = nodes[edge.start], nodes[edge.end]
    x = LEFT + BOX_WIDTH // 2 + (40 if edge.dashed else -120)
    _line(page, f"M{x} {start.bottom} V{end.top - 3}", edge)
    for number, line in enumerate(_wrapped(edge, DASHED if edge.dashed else BETWEEN)):
        _text(page, x + 12, start.bottom + 26 + ROW * number, line, soft=True)


def _beside(page: ElementTree.Element, nodes: list[Node], edges: list[Edge]) -> None:
    """Draw the arrows past other boxes, the short ones nearest, with their words to the right of all lanes."""
    lanes: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda one: (one.end - one.start, one.start)):
        free = next((lane for lane in lanes if all(other.end <= edge.start or edge.end <= other.start for other in lane)), None)
        if free is None:
            lanes.append(free := [])
        free.append(edge)
    words, taken = GUTTER + 16 + LANE * len(lanes), 0
    for edge in edges:
        lane = next(number for number, lane in enumerate(lanes) if edge in lane)
        x, end = GUTTER + 16 + LANE * lane, nodes[edge.end].top + PAD + 6 * lane
        y = max(nodes[edge.start].top + PAD + 6, taken)
        _line(page, f"M{GUTTER} {min(y, nodes[edge.start].bottom - 4)} H{x} V{end} H{GUTTER + 4}", edge)
        lines = _wrapped(edge, BESIDE)
        for number, line in enumerate(lines):
            _text(page, words, y + 5 + ROW * number, line, soft=True)
        taken = y + ROW * len(lines) + 4


def _line(page: ElementTree.Element, way: str, edge: Edge) -> None:
    look = {"fill": "none", "stroke": ARROW, "stroke-width": "1.6", "marker-end": "url(#end)"}
    ElementTree.SubElement(page, "path", {"d": way, **look, **({"stroke-dasharray": "5 4"} if edge.dashed else {})})


def _box(page: ElementTree.Element, node: Node) -> None:
    ElementTree.SubElement(
        page,
        "rect",
        {"x": f"{LEFT}", "y": f"{node.top}", "width": f"{BOX_WIDTH}", "height": f"{node.height}", "rx": "8", "fill": BOX, "stroke": LINE},
    )
    y = node.top + PAD + 13
    for line in node.title:
        _text(page, LEFT + 18, y, line, size=15, bold=True)
        y += ROW
    for line in node.lines:
        _text(page, LEFT + 18, y, line, soft=True)
        y += ROW


def _text(page: ElementTree.Element, x: int, y: int, words: str, *, size: int = 14, bold: bool = False, soft: bool = False) -> None:
    look = {"x": f"{x}", "y": f"{y}", "font-size": f"{size}"} | ({"font-weight": "600"} if bold else {}) | ({"fill": SOFT} if soft else {})
    ElementTree.SubElement(page, "text", look).text = words


def _defs(page: ElementTree.Element) -> None:
    head = {"id": "end", "viewBox": "0 0 10 10", "refX": "9", "refY": "5", "markerWidth": "8", "markerHeight": "8", "orient": "auto"}
    marker = ElementTree.SubElement(ElementTree.SubElement(page, "defs"), "marker", head)
    ElementTree.SubElement(marker, "path", {"d": "M0 0 L10 5 L0 10 z", "fill": ARROW})
