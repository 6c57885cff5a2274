"""Formats of strings."""

import pytest

from engine.apiserver.custom.formats import is_known, is_of_format


@pytest.mark.parametrize(
    ("name", "fits", "fails"),
    [
        ("uri", ["http://a.b/c?d#e", "/a", "mailto:a"], ["a", "", "http://a b", "/%zz"]),
        ("email", ["a@b.c", "Ann <a@b.c>"], ["a", "a@", "@b"]),
        ("hostname", ["a.bc", "a"], ["-a.bc", "a..bc", "a" * 64 + ".bc"]),
        ("ipv4", ["1.2.3.4", "01.2.3.4"], ["1.2.3", "::1"]),
        ("ipv6", ["::1", "::ffff:1.2.3.4"], ["1.2.3.4", ":::"]),
        ("cidr", ["1.2.3.4/8", "::/0"], ["1.2.3.4", "1.2.3.4/33"]),
        ("mac", ["00:00:5e:00:53:01", "0000.5e00.5301"], ["00:00", "0-0-0-0-0-0"]),
        ("uuid", ["123E4567-e89b-12d3-a456-426614174000"], ["123"]),
        ("isbn", ["0321751043", "978-0321751041"], ["0321751044"]),
        ("creditcard", ["4111 1111 1111 1111"], ["4111 1111 1111 1112"]),
        ("ssn", ["111-11-1111"], ["1-1"]),
        ("hexcolor", ["#FFF", "ffffff"], ["#FF"]),
        ("rgbcolor", ["rgb(0, 1,255)"], ["rgb(0,1,256)"]),
        ("byte", ["YQ==", "YWJj"], ["a", "Y=Q="]),
        ("date", ["2024-02-29"], ["2023-02-29", "2023-2-1"]),
        ("date-time", ["2024-02-29T01:02:03Z"], ["2024-02-29", "2024-02-29T24:00:00Z"]),
        ("duration", ["1h30m", "2 days", "-1.5s"], ["1", "x"]),
        ("k8s-short-name", ["a-b"], ["A", "a."]),
        ("k8s-long-name", ["a.b"], ["a..b"]),
    ],
)
def test_texts_are_of_their_formats(name, fits, fails):
    assert [text for text in fits if not is_of_format(name, text)] == []
    assert [text for text in fails if is_of_format(name, text)] == []


def test_formats_that_no_server_knows_fit_anything():
    assert not is_known("color")
    assert is_of_format("color", "x")
