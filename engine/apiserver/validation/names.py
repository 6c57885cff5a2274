"""What may be a name, a key, a port, a path; each check gives its problems in Kubernetes' words.

After staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go,
pkg/api/validate/content and pkg/api/validation/generic.go (v1.36). Lengths are those of UTF-8.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from engine.apiserver.validation.field import FieldError, Path, each, invalid, required
from engine.model.naming import label_key_problems, label_value_problems

NameCheck = Callable[[str, bool], list[str]]
"""ValidateNameFunc: a name, whether it is only the prefix of one -> problems."""

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE = rf"{_LABEL_UNDERSCORE}(\.{_LABEL_UNDERSCORE})*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_C_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*"
_PERCENT = "[0-9]+%"
_HEADER = "[-A-Za-z0-9]+"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"

_START_AND_END = "and must start and end with an alphanumeric character"

LABEL_LENGTH_MAX = 63
SUBDOMAIN_LENGTH_MAX = 253
ID_MAX = 2**31 - 1


def size(text: str) -> int:
    """Go's len of a string."""
    return len(text.encode(errors="surrogatepass"))


def regex_error(rule: str, pattern: str, *examples: str) -> str:
    """RegexError: the comma after each example is Kubernetes'."""
    if not examples:
        return f"{rule} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"


def in_range(number: int, low: int, high: int) -> list[str]:
    return [] if low <= number <= high else [range_error(low, high)]


def range_error(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


@lru_cache(maxsize=4096)
def is_dns1123_label(value: str) -> list[str]:
    problems = _longer_than(LABEL_LENGTH_MAX, value)
    if not re.fullmatch(_LABEL, value):
        if re.fullmatch(_SUBDOMAIN, value):
            return [*problems, "must not contain dots"]
        rule = (
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
            f"'-', {_START_AND_END}"
        )
        problems.append(regex_error(rule, _LABEL, "my-name", "123-abc"))
    return problems


@lru_cache(maxsize=4096)
def is_dns1123_subdomain(value: str) -> list[str]:
    problems = _longer_than(SUBDOMAIN_LENGTH_MAX, value)
    if not re.fullmatch(_SUBDOMAIN, value):
        rule = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            f"'-' or '.', {_START_AND_END}"
        )
        problems.append(regex_error(rule, _SUBDOMAIN, "example.com"))
    return problems


def is_dns1123_subdomain_with_underscore(value: str) -> list[str]:
    problems = _longer_than(SUBDOMAIN_LENGTH_MAX, value)
    if not re.fullmatch(_SUBDOMAIN_UNDERSCORE, value):
        rule = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            f"'_', '-' or '.', {_START_AND_END}"
        )
        problems.append(regex_error(rule, _SUBDOMAIN_UNDERSCORE, "example.com"))
    return problems


def is_dns1035_label(value: str) -> list[str]:
    problems = _longer_than(LABEL_LENGTH_MAX, value)
    if not re.fullmatch(_LABEL_1035, value):
        rule = (
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
            "with an alphabetic character, and end with an alphanumeric character"
        )
        problems.append(regex_error(rule, _LABEL_1035, "my-name", "abc-123"))
    return problems


def is_wildcard_dns1123_subdomain(value: str) -> list[str]:
    problems = _longer_than(SUBDOMAIN_LENGTH_MAX, value)
    if not re.fullmatch(_WILDCARD, value):
        rule = (
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS "
            "subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and "
            "end with an alphanumeric character"
        )
        problems.append(regex_error(rule, _WILDCARD, "*.example.com"))
    return problems


# The same few labels are validated again and again. Nobody changes the lists of problems.
is_qualified_name = lru_cache(maxsize=4096)(label_key_problems)
is_label_value = lru_cache(maxsize=4096)(label_value_problems)


def is_domain_prefixed_path(path: Path, value: str) -> list[FieldError]:
    """`acme.io/foo`."""
    if not value:
        return [required(path)]
    host, _, rest = value.partition("/")
    if not host or not rest:
        return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = each(path, host, is_dns1123_subdomain(host))
    if not re.fullmatch(_HTTP_PATH, rest):
        errors.append(invalid(path, rest, regex_error("Invalid path", _HTTP_PATH)))
    return errors


def is_fully_qualified_name(path: Path, name: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    if problems := is_dns1123_subdomain(name):
        return [invalid(path, name, ",".join(problems))]
    if name.count(".") < 2:
        explanation = "should be a domain with at least three segments separated by dots"
        return [invalid(path, name, explanation)]
    return []


def is_fully_qualified_domain_name(path: Path, name: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    name = name.removesuffix(".")
    if problems := is_dns1123_subdomain(name):
        return [invalid(path, name, ",".join(problems))]
    if "." not in name:
        explanation = "should be a domain with at least two segments separated by dots"
        return [invalid(path, name, explanation)]
    for label in name.split("."):
        if problems := is_dns1123_label(label):
            return [invalid(path, label, ",".join(problems))]
    return []


def is_c_identifier(value: str) -> list[str]:
    if re.fullmatch(_C_IDENTIFIER, value):
        return []
    rule = (
        "a valid C identifier must start with alphabetic character or '_', followed by a string "
        "of alphanumeric characters or '_'"
    )
    return [regex_error(rule, _C_IDENTIFIER, "my_name", "MY_NAME", "MyName")]


def is_port_number(port: int) -> list[str]:
    return in_range(port, 1, 65535)


def is_user_id(number: int) -> list[str]:
    return in_range(number, 0, ID_MAX)


is_group_id = is_user_id


def is_port_name(name: str) -> list[str]:
    problems = _longer_than(15, name)
    if not re.fullmatch("[-a-z0-9]+", name):
        problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", name):
        problems.append("must contain at least one letter (a-z)")
    if "--" in name:
        problems.append("must not contain consecutive hyphens")
    if name.startswith("-") or name.endswith("-"):
        problems.append("must not begin or end with a hyphen")
    return problems


def is_percent(value: str) -> list[str]:
    if re.fullmatch(_PERCENT, value):
        return []
    rule = "a valid percent string must be a numeric string followed by an ending '%'"
    return [regex_error(rule, _PERCENT, "1%", "93%")]


def is_http_header_name(name: str) -> list[str]:
    if re.fullmatch(_HEADER, name):
        return []
    rule = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [regex_error(rule, _HEADER, "X-Header-Name")]


def is_relaxed_env_var_name(name: str) -> list[str]:
    """The feature RelaxedEnvironmentVariableValidation is on since v1.32."""
    problems = [] if name else ["environment variable name must be non-empty"]
    if any(not " " <= character <= "~" or character == "=" for character in name):
        problems.append(
            "a valid environment variable name must consist only of printable ASCII characters "
            "other than '='"
        )
    return problems


def is_config_map_key(key: str) -> list[str]:
    problems = _longer_than(SUBDOMAIN_LENGTH_MAX, key)
    if not re.fullmatch(_CONFIG_KEY, key):
        rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        problems.append(regex_error(rule, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    return problems + _leaves_its_folder(key)


def is_path_segment_name(name: str, prefix: bool = False) -> list[str]:
    """What every object's name must be, since it is a part of the request's path."""
    if not prefix and name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in "/%" if part in name]


def name_is_dns_subdomain(name: str, prefix: bool) -> list[str]:
    return is_dns1123_subdomain(_mask_trailing_dash(name) if prefix else name)


def name_is_dns_label(name: str, prefix: bool) -> list[str]:
    return is_dns1123_label(_mask_trailing_dash(name) if prefix else name)


def name_is_dns1035_label(name: str, prefix: bool) -> list[str]:
    return is_dns1035_label(_mask_trailing_dash(name) if prefix else name)


def _mask_trailing_dash(name: str) -> str:
    """The last two characters become one letter: that is what Kubernetes does."""
    return f"{name[:-2]}a" if len(name) > 1 and name.endswith("-") else name


def _longer_than(length_max: int, text: str) -> list[str]:
    return [f"must be no more than {length_max} characters"] if size(text) > length_max else []


def _leaves_its_folder(value: str) -> list[str]:
    if value in (".", ".."):
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []
