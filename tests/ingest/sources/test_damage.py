"""Damaged logs: what is wrong has a name, and good lines are never lost."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import SourceError
from tests.ingest.sources.logs import event, line, read_log


def test_a_truncated_last_line_is_noted_and_the_others_are_kept(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + line(2)[:200])
    assert found.ids == ["id-1"]
    assert found.anomalies == {"truncated_last_line": 1}
    assert found.notes[0]["first_line"] == 2
    assert found.notes[0]["first_offset"] == len(line(1))


def test_a_last_line_without_a_break_is_whole(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + line(2).rstrip(b"\n"))
    assert (found.ids, found.anomalies) == (["id-1", "id-2"], {})


def test_nul_bytes_before_a_line_are_skipped(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + bytes(5000) + line(2) + bytes(10) + b"\n" + line(3))
    assert found.ids == ["id-1", "id-2", "id-3"]
    assert found.anomalies == {"nul_bytes": 2}


def test_a_hole_of_zeros_longer_than_any_line_is_skipped(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + bytes(3 << 20) + line(2), line_limit=10_000)
    assert found.ids == ["id-1", "id-2"]
    assert set(found.anomalies) == {"nul_bytes"}


def test_invalid_utf8_in_a_body_is_replaced(tmp_path: Path) -> None:
    bad = line(2).replace(b'"data":{"a":"1"}', b'"data":{"a":"\xff1"}')
    found = read_log(tmp_path, line(1) + bad + line(3))
    assert found.ids == ["id-1", "id-2", "id-3"]
    assert "\ufffd1" in found.rows[1]["request"]
    assert found.anomalies == {"invalid_utf8": 1}
    assert found.notes[0]["first_line"] == 2


def test_invalid_utf8_in_the_envelope_is_replaced(tmp_path: Path) -> None:
    bad = line(2).replace(b"/namespaces/shop", b"/namespaces/\xc3(")
    found = read_log(tmp_path, line(1) + bad)
    assert found.ids == ["id-1", "id-2"]
    assert "\ufffd(" in found.rows[1]["request_uri"]
    assert found.anomalies == {"invalid_utf8": 1}


def test_invalid_utf8_in_the_user_keeps_the_user(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1).replace(b'"alice"', b'"al\xffice"'))
    assert found.rows[0]["user"] == "al\ufffdice"


def test_a_line_over_the_limit_is_skipped_wherever_it_lies(tmp_path: Path) -> None:
    long = line(2, requestObject={"data": {"a": "x" * 5_000_000}})
    found = read_log(tmp_path, line(1) + long + line(3), line_limit=100_000)
    assert found.ids == ["id-1", "id-3"]
    assert found.anomalies == {"line_too_long": 1}
    assert found.notes[0]["first_line"] == 2
    assert [row["line"] for row in found.rows] == [1, 3]


def test_a_long_line_within_the_limit_is_read(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + line(2, userAgent="x" * 3_000_000) + line(3))
    assert (found.ids, found.anomalies) == (["id-1", "id-2", "id-3"], {})


def test_lines_of_another_program_are_noted(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1) + b"I1121 03:00:36 server.go:1] starting\n" + line(2))
    assert found.ids == ["id-1", "id-2"]
    assert found.anomalies == {"not_json": 1}
    assert found.notes[0]["example"] == "I1121 03:00:36 server.go:1] starting"


def test_json_that_is_no_audit_event_is_noted(tmp_path: Path) -> None:
    other = b'{"kind":"PodList","items":[{}]}\n{"a":1}\n[1,2]\n7\n"x"\nnull\n'
    found = read_log(tmp_path, line(1) + other + line(2))
    assert found.ids == ["id-1", "id-2"]
    assert found.anomalies == {"not_an_audit_event": 7}


def test_a_byte_order_mark_carriage_returns_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    crlf = line(1).replace(b"\n", b"\r\n")
    found = read_log(tmp_path, b"\xef\xbb\xbf" + crlf + b"\n\r\n  \n" + line(2))
    assert (found.ids, found.anomalies) == (["id-1", "id-2"], {})
    assert [row["line"] for row in found.rows] == [1, 5]


def test_several_events_on_a_line_are_all_read(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1).strip() + line(2).strip() + b" " + line(3) + line(4))
    assert found.ids == ["id-1", "id-2", "id-3", "id-4"]
    assert found.anomalies == {"several_on_a_line": 1}


def test_a_whole_event_behind_a_torn_one_is_read(tmp_path: Path) -> None:
    for cut in (20, 150, 400, 700):
        found = read_log(tmp_path, line(1)[:cut] + line(2) + line(3))
        assert found.ids == ["id-2", "id-3"], cut
        assert found.anomalies == {"not_json": 1}


def test_deep_nesting_costs_its_own_line_only(tmp_path: Path) -> None:
    deep = line(2).replace(b'{"a":"1"}', b"[" * 50_000 + b"]" * 50_000)
    found = read_log(tmp_path, line(1) + deep + line(3))
    assert found.ids == ["id-1", "id-3"]
    assert found.anomalies == {"nested_too_deeply": 1}


def test_of_a_repeated_key_the_last_one_counts(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1).replace(b'"verb"', b'"verb":"get","verb"'))
    assert found.rows[0]["verb"] == "update"


def test_a_field_of_a_wrong_type_is_left_out(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1, userAgent=7, sourceIPs="10.0.0.1"))
    assert found.rows[0]["user_agent"] == ""
    assert found.rows[0]["source_ips"] == []
    assert found.rows[0]["resource_version"] == 101
    assert found.anomalies == {"wrong_type": 1}


def test_missing_fields_are_noted_and_what_can_be_kept_is(tmp_path: Path) -> None:
    content = (
        line(1, auditID=None)
        + line(2, stage=None)
        + line(3, verb=None)
        + line(4, requestReceivedTimestamp=None)
        + line(5, requestReceivedTimestamp=None, stageTimestamp=None)
        + line(6, user=None, objectRef=None, responseStatus=None, annotations=None)
    )
    found = read_log(tmp_path, content)
    assert found.anomalies == {
        "missing_audit_id": 1,
        "missing_stage": 1,
        "missing_verb": 1,
        "missing_time": 1,
        "missing_user": 1,
        "missing_object_ref": 1,
    }
    assert found.ids[1:] == ["id-2", "id-4", "id-6"]
    assert found.ids[0].startswith("unnamed-")
    assert found.rows[2]["received"] == found.rows[2]["answered"]
    assert found.rows[3]["component"] == "unknown"


def test_the_made_name_of_an_event_without_id_is_always_the_same(tmp_path: Path) -> None:
    content = line(1, auditID="")
    assert read_log(tmp_path, content).ids == read_log(tmp_path, line(7) + content).ids[1:]


def test_an_answer_before_its_request_is_kept_and_noted(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1, stageTimestamp="2026-11-21T03:00:00Z"))
    assert found.anomalies == {"answered_before_received": 1}
    assert found.rows[0]["answered"] < found.rows[0]["received"]


def test_unreadable_times_are_noted(tmp_path: Path) -> None:
    found = read_log(tmp_path, line(1, stageTimestamp="yesterday") + line(2))
    assert found.rows[0]["answered"] is None
    assert found.rows[1]["answered"] is not None
    assert found.anomalies == {"bad_time": 1}


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_cut_compressed_log_gives_what_can_be_unpacked(tmp_path: Path, pack: object) -> None:
    content = b"".join(line(number, userAgent=f"{number * 7919:x}") for number in range(5000))
    packed = pack(content)  # type: ignore[operator]  # two functions of other modules
    found = read_log(tmp_path, packed[: len(packed) * 2 // 3])
    assert len(found.ids) > 1000
    assert found.ids == [f"id-{number}" for number in range(len(found.ids))]
    assert found.anomalies["compressed_stream_cut"] == 1
    (note,) = (note for note in found.notes if note["name"] == "compressed_stream_cut")
    read = sum(len(one) + 1 for one in content.splitlines()[: len(found.ids)])
    assert note["first_line"] == len(found.ids)
    assert read <= int(str(note["first_offset"])) < read + 1000
    assert f"behind byte {len(packed) * 2 // 3:,}" in str(note["example"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requestReceivedTimestamp": None, "stageTimestamp": None}, "no time that can be read"),
        ({"verb": None}, "no verb"),
    ],
)
def test_a_log_without_one_usable_event_says_what_they_lack(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    content = b"".join(line(number, **changes) for number in range(3))
    with pytest.raises(SourceError, match=rf"events \(3\) in audit\.log .*{reason}"):
        read_log(tmp_path, content)


def test_an_empty_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"audit\.log is empty"):
        read_log(tmp_path, b"")


def test_what_is_no_audit_log_is_refused_in_one_clear_line(tmp_path: Path) -> None:
    for content in (b"\x89PNG\r\n" + bytes(range(256)), b'{"kind":"PodList","items":[]}\n'):
        with pytest.raises(SourceError) as refusal:
            read_log(tmp_path, content)
        assert str(refusal.value).startswith("no audit event in audit.log: ")
        assert "\n" not in str(refusal.value)


def test_examples_of_damaged_lines_show_no_values(tmp_path: Path) -> None:
    torn = json.dumps(event(2, responseObject={"kind": "Secret", "data": {"p": "aHVudGVyMg=="}}))
    for cut in range(0, len(torn), 7):
        found = read_log(tmp_path, line(1) + torn[cut:-3].encode() + b"\n" + torn[:-2].encode())
        assert "aHVudGVyMg" not in str(found.notes)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(garbage=st.lists(st.binary(max_size=80), min_size=1, max_size=6))
def test_good_lines_between_any_garbage_survive(tmp_path: Path, garbage: list[bytes]) -> None:
    content = b"".join(
        piece + b"\n" + line(number) for number, piece in enumerate(garbage, start=1)
    )
    found = read_log(tmp_path, b"x\n" + content)
    assert found.ids == [f"id-{number}" for number in range(1, len(garbage) + 1)]


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.tuples(
            st.sampled_from([b"[", b"{\n", b'{"items":[', b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"]),
            st.binary(max_size=200),
            st.integers(0, 900),
        ).map(lambda parts: parts[0] + parts[1] + line(1)[parts[2] :] + parts[1]),
    )
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(SourceError):
        read_log(tmp_path, content)
