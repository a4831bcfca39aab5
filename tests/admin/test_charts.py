"""Charts: prepared values that a template draws, from no figures to large ones."""

import pytest

from intake.admin.charts import FLOOR, HEIGHT, LEFT, RIGHT, TOP, WIDTH, bars, lines, said


def test_bars_with_long_labels_lie_and_carry_their_figures():
    chart = bars("By service", [("Physiotherapy", 30), ("Acupuncture", 15)])

    assert [text.words for text in chart.texts] == ["Physiotherapy", "30", "Acupuncture", "15"]
    assert [bar.width for bar in chart.bars] == [WIDTH, WIDTH / 2]
    assert chart.rows == (("Physiotherapy", ("30",)), ("Acupuncture", ("15",)))


def test_many_bars_stand_on_the_floor_and_few_of_their_labels_are_written():
    chart = bars("Requests a day", [(f"Nov {day}", float(day)) for day in range(1, 31)])

    assert all(bar.y + bar.height == pytest.approx(FLOOR) for bar in chart.bars)
    assert len([text for text in chart.texts if text.words.startswith("Nov")]) <= 6
    assert len(chart.rows) == 30
    assert "from 1 (Nov 1) to 30 (Nov 30)" in chart.description


@pytest.mark.parametrize(
    "largest", [0, 0.4, 1, 3, 4, 9, 10, 11, 99, 100, 1234, 98_765, 1_234_567, 987_654_321]
)
def test_whatever_the_size_everything_stays_on_the_canvas(largest):
    drawn = [*bars("A", [("a", 0), ("b", largest)]).bars]
    line = lines("B", ["a", "b"], {"x": [0, largest]}).lines[0]
    scale = bars("A", [("a", largest)]).texts

    assert all(TOP <= bar.y <= FLOOR and LEFT <= bar.x <= RIGHT - bar.width for bar in drawn)
    assert all(TOP <= y <= FLOOR for _, y in line.dots)
    assert all(0 < text.y <= HEIGHT and len(text.words) <= 6 for text in scale)
    assert 1 <= len(scale) - 1 <= 5
    assert largest != 9 or [text.words for text in scale][:-1] == ["0", "5", "10"]


def test_a_gap_interrupts_a_line_and_a_single_point_is_a_dot():
    chart = lines(
        "Rate", list("abcde"), {"news": [1, 2, None, 3, None], "care": [None] * 5}, unit="%"
    )

    assert [len(line.stretches) for line in chart.lines] == [1, 0]
    assert len(chart.lines[0].dots) == 3
    assert chart.rows[2] == ("c", ("–", "–"))
    assert chart.description == "news: 3 figures, from 1% (a) to 3% (d); care: No figures."


def test_no_figures_and_one_figure_are_charts_too():
    assert bars("Empty", []).rows == ()
    assert lines("Empty", [], {}).rows == ()
    assert bars("One", [("a", 7)]).description == "7 for a"


def test_figures_are_said_with_their_unit():
    assert [said(1234), said(12.5, "min"), said(7, "%")] == ["1,234", "12.5 min", "7%"]
