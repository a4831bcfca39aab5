"""What staff wrote, as text, and as cells again."""

from datetime import datetime

import pytest

from intake.sheet.queue.staff_words import StaffWords, words_from, written_again


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("call after 5\n😀", "call after 5\n😀"),
        ("half a smile \ud83d", "half a smile ?"),
        ("a\0b", "ab"),
        (7, "7"),
    ],
)
def test_a_note_is_kept_as_it_was_written_as_far_as_a_database_can(note, kept):
    assert words_from({"notes": note}).notes == kept


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("2026-11-24", datetime(2026, 11, 24)),  # noqa: DTZ001  (a cell has no zone)
        ("2026-11-24 10:00", datetime(2026, 11, 24, 10)),  # noqa: DTZ001
        ("20261124", "20261124"),
        ("2026-11-24T10:00", "2026-11-24T10:00"),
        ("2026-11-24 10:00:30", "2026-11-24 10:00:30"),
        ("2026-11-24 10:00+05:00", "2026-11-24 10:00+05:00"),
        ("0001-01-01", "0001-01-01"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_a_date_becomes_one_again_only_where_it_will_read_the_same(text, again):
    assert written_again(StaffWords(last_called=text)) == {"last_called": again}
