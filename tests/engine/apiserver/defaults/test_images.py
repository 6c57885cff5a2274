import pytest

from engine.apiserver.defaults.images import pull_policy

HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "image",
    ["nginx", "nginx:latest", "a/b", "reg.io/x", "reg.io:5000/x", "localhost/x", "[::1]:80/x",
     f"nginx:latest@sha256:{HEX}", "a_b", "a--b"],
)  # fmt: skip
def test_what_may_change_under_its_name_is_always_pulled(image):
    assert pull_policy(image) == "Always"


@pytest.mark.parametrize(
    "image",
    ["nginx:1.2", f"nginx@sha256:{HEX}", "reg.io:5000/x:v1", "index.docker.io/x:1"],
)
def test_a_fixed_tag_or_digest_is_pulled_once(image):
    assert pull_policy(image) == "IfNotPresent"


@pytest.mark.parametrize(
    "image",
    ["", "UPPER", "Reg.io/UPPER", "a:", "a@sha256:x", HEX, "a b", "a/", f"a:latest@md5:{HEX}",
     "x" * 300],
)  # fmt: skip
def test_what_is_no_reference_has_no_tag(image):
    assert pull_policy(image) == "IfNotPresent"
