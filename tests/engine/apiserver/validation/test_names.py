"""Names are what Kubernetes takes for names."""

import pytest

from engine.apiserver.validation import names
from engine.apiserver.validation.field import Path


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.is_dns1123_label, "a-1", "A"),
        (names.is_dns1123_label, "a" * 63, "a" * 64),
        (names.is_dns1123_subdomain, "a.b-c", "a..b"),
        (names.is_dns1123_subdomain, "a" * 253, "a" * 254),
        (names.is_dns1123_subdomain, "a", "a\n"),
        (names.is_dns1123_subdomain_with_underscore, "_a.b", "-a"),
        (names.is_dns1035_label, "a1", "1a"),
        (names.is_wildcard_dns1123_subdomain, "*.a.b", "a.b"),
        (names.is_c_identifier, "_a1", "1a"),
        (names.is_port_name, "http-2", "80"),
        (names.is_port_name, "a", "a--b"),
        (names.is_percent, "5%", "5"),
        (names.is_http_header_name, "X-A", "X A"),
        (names.is_relaxed_env_var_name, "a b.c", "a=b"),
        (names.is_relaxed_env_var_name, "~", "é"),
        (names.is_config_map_key, "a.B_c", "a b"),
        (names.is_config_map_key, "a..", "..a"),
        (names.is_port_number, 65535, 65536),
        (names.is_user_id, 0, -1),
    ],
)
def test_a_good_value_has_no_problems_and_a_bad_one_has(check, good, bad):
    assert check(good) == []
    assert check(bad)


def test_lengths_are_those_of_utf8():
    assert "must be no more than 253 characters" in names.is_config_map_key("é" * 127)


def test_a_label_with_dots_is_told_apart_from_other_wrong_ones():
    assert names.is_dns1123_label("a.b") == ["must not contain dots"]


def test_a_prefix_of_a_name_may_end_with_a_dash():
    assert names.name_is_dns_subdomain("web-", True) == []
    assert names.name_is_dns_subdomain("web-", False)


def test_a_name_is_one_part_of_a_path():
    assert names.is_path_segment_name("..") == ["may not be '..'"]
    assert names.is_path_segment_name("a/%") == ["may not contain '/'", "may not contain '%'"]


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.is_domain_prefixed_path, "acme.io/foo", "acme.io"),
        (names.is_fully_qualified_name, "a.b.c", "a.b"),
        (names.is_fully_qualified_domain_name, "a.b.", "a"),
    ],
)
def test_qualified_names_need_their_parts(check, good, bad):
    path = Path("f")
    assert check(path, good) == []
    assert [str(error).partition(":")[0] for error in check(path, bad)] == ["f"]
    assert [str(error) for error in check(path, "")] == ["f: Required value"]
