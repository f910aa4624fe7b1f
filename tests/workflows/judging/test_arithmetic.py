"""From marks to sheets to totals: exact, complete, rounded only where it is said."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.judging import marks, totals
from workflows.saying import Saying
from workflows.stages import Criterion

VECTORS = Path(__file__).parents[2] / "vectors"
NOVELTY = Criterion(key="novelty", title="Новизна", most=Decimal(5))
RESULT = Criterion(key="result", title="Результат", least=Decimal(1), most=Decimal(10), step=Decimal("0.5"), weight=Decimal("1.5"))
SCALE = (NOVELTY, RESULT)
POINTS = st.fractions(min_value=0, max_value=100, max_denominator=60)
SHEETS = st.lists(POINTS, min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1", Fraction(1)),
        ("9.5", Fraction(19, 2)),
        ("9,5", Fraction(19, 2)),
        ("10", Fraction(10)),
        ("0.5", Saying("mark_out_of_scale", least=Decimal(1), most=Decimal(10))),
        ("10.5", Saying("mark_out_of_scale", least=Decimal(1), most=Decimal(10))),
        ("NaN", Saying("mark_not_a_number", value="NaN")),
        ("Infinity", Saying("mark_not_a_number", value="Infinity")),
        ("9.25", Saying("mark_off_step", step=Decimal("0.5"))),
    ],
)
def test_mark_stays_on_its_scale(value, said):
    assert marks.read_mark(RESULT, value) == said


@given(st.integers(0, 18))
def test_every_value_of_the_scale_may_be_given(number):
    assert marks.read_mark(RESULT, str(RESULT.values()[number])) == Fraction(RESULT.values()[number])


def test_highest_sheet_is_weighted():
    assert marks.most_of_sheet(SCALE) == 20


@pytest.mark.parametrize(
    ("method", "more", "expected"),
    [
        ("mean", {}, Fraction(20, 3)),
        ("sum", {}, 20),
        ("median", {}, 8),
        ("trimmed", {"drop": 1}, 8),
        ("mean", {"round_to": 2}, Fraction(667, 100)),
        ("mean", {"weights": [2, 1, 1]}, Fraction(28, 4)),
        ("sum", {"weights": [2, 1, 1]}, 28),
    ],
)
def test_methods_combine_sheets(method, more, expected):
    assert totals.stage_total([Fraction(8), Fraction(2), Fraction(10)], method, **more) == expected


def test_median_of_an_even_number_is_the_middle_of_the_two():
    assert totals.stage_total([Fraction(one) for one in (1, 2, 5, 9)], "median") == Fraction(7, 2)


@pytest.mark.parametrize(
    ("marks", "method", "more"),
    [
        ([], "mean", {}),
        ([1, 2], "trimmed", {"drop": 1}),
        ([1], "mode", {}),
        ([1], "median", {"weights": [1]}),
        ([1], "mean", {"weights": [0]}),
        ([1], "mean", {"weights": [1, 2]}),
    ],
)
def test_total_that_does_not_exist_is_an_error(marks, method, more):
    with pytest.raises(ValueError):  # noqa: PT011  (each message is for a programmer)
        totals.stage_total([Fraction(one) for one in marks], method, **more)


def test_dropped_marks_of_the_diving_rule():
    for case in json.loads((VECTORS / "diving-a.json").read_text())["cases"]:
        given_case, expected = case["input"], case["expected"]
        assert given_case["drop_high"] == given_case["drop_low"]
        scores = [Fraction(str(score)) for score in given_case["scores"]]
        kept = totals.kept(scores, given_case["drop_high"])

        assert sum(kept) == Fraction(str(expected["kept_sum"]))
        assert sum(kept) * Fraction(str(given_case["factor"])) == Fraction(str(expected["result"]))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(20, 3), 2, "6.67"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(7), 2, "7.00"),
        (Fraction(999, 1000), 2, "1.00"),
        (Fraction(10**40, 3), 1, "3" * 40 + ".3"),
    ],
)
def test_shown_value_is_rounded_half_up(value, places, text):
    assert str(totals.shown(value, places)) == text


def test_exact_value_is_written_as_a_reduced_fraction():
    assert (totals.written(Fraction(40, 6)), totals.written(Fraction(14, 2))) == ("20/3", "7")


@given(SHEETS, st.sampled_from(["mean", "sum", "median"]), st.randoms(use_true_random=False))
def test_order_of_sheets_does_not_matter(marks, method, chance):
    shuffled = list(marks)
    chance.shuffle(shuffled)

    assert totals.stage_total(shuffled, method) == totals.stage_total(marks, method)


@given(st.lists(POINTS, min_size=5, max_size=9), st.integers(0, 2))
def test_trimmed_mean_lies_between_the_sheets_it_keeps(marks, drop):
    kept = totals.kept(marks, drop)

    assert len(kept) == len(marks) - 2 * drop
    assert min(kept) <= totals.stage_total(marks, "trimmed", drop=drop) <= max(kept)


@given(SHEETS, st.sampled_from(["mean", "sum", "median", "trimmed"]), st.data())
def test_higher_mark_never_lowers_the_total(marks, method, data):
    place = data.draw(st.integers(0, len(marks) - 1))
    raised = list(marks)
    raised[place] += data.draw(POINTS)

    assert totals.stage_total(raised, method) >= totals.stage_total(marks, method)


@given(SHEETS)
def test_equal_weights_change_nothing(marks):
    assert totals.stage_total(marks, weights=[3] * len(marks)) == totals.stage_total(marks)


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=997), st.integers(0, 6))
def test_shown_value_is_the_nearest(value, places):
    assert abs(Fraction(totals.shown(value, places)) - value) * 2 <= Fraction(1, 10**places)
    assert -totals.shown(value, places).as_tuple().exponent == places
