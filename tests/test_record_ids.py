import time
from uuid import RFC_4122, UUID

from intake.record_ids import new_record_id


def test_ids_are_of_version_7_and_none_comes_twice():
    ids = [UUID(new_record_id()) for _ in range(1000)]

    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert len(set(ids)) == len(ids)
    assert len({one.int & (1 << 62) - 1 for one in ids}) == len(ids), "the lower random bits"
    assert len({one.int >> 64 & 0xFFF for one in ids}) > 800, "the upper random bits"


def test_ids_grow_with_time(monkeypatch):
    at = time.time_ns()

    def id_at(moment):
        monkeypatch.setattr(time, "time_ns", lambda: moment)
        return new_record_id()

    ids = [id_at(at + n * 1_000_000) for n in range(100)]

    assert ids == sorted(ids)
    assert UUID(ids[0]).int >> 80 == at // 1_000_000
