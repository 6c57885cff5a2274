"""What may be a label's key or value, and what Kubernetes says of one that may not.

After kube.go and dns.go in staging/src/k8s.io/apimachinery/pkg/api/validate/content (v1.36).
Lengths are those of the UTF-8 encoding.
"""

import re

_NAME_LENGTH_MAX = 63
_SUBDOMAIN_LENGTH_MAX = 253

_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_NAME})?"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"

_CHARACTERS = (
    "consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_NAME_RULE = f"must {_CHARACTERS}"
_VALUE_RULE = f"a valid label must be an empty string or {_CHARACTERS}"
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character"
)

_NAME_EXAMPLES = ("MyName", "my.name", "123-abc")
_VALUE_EXAMPLES = ("MyValue", "my_value", "12345")


def label_key_problems(key: str) -> list[str]:
    """Why the text is no label key (also called a qualified name); empty if it is one."""
    *prefixes, name = key.split("/")
    if len(prefixes) > 1:
        rule = _breaks(_NAME_RULE, _NAME, _NAME_EXAMPLES)
        prefix_rule = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return [f"a valid label key {rule} {prefix_rule}"]
    problems = []
    for prefix in prefixes:
        found = subdomain_problems(prefix) if prefix else ["must be non-empty"]
        problems += [f"prefix part {problem}" for problem in found]
    if not name:
        problems.append("name part must be non-empty")
    problems += [f"name part {problem}" for problem in _too_long(name, _NAME_LENGTH_MAX)]
    if not re.fullmatch(_NAME, name):
        problems.append(f"name part {_breaks(_NAME_RULE, _NAME, _NAME_EXAMPLES)}")
    return problems


def label_value_problems(value: str) -> list[str]:
    """Why the text is no label value; empty if it is one."""
    problems = _too_long(value, _NAME_LENGTH_MAX)
    if not re.fullmatch(_VALUE, value):
        problems.append(_breaks(_VALUE_RULE, _VALUE, _VALUE_EXAMPLES))
    return problems


def subdomain_problems(name: str) -> list[str]:
    """Why the text is no DNS subdomain in lower case (RFC 1123); empty if it is one."""
    problems = _too_long(name, _SUBDOMAIN_LENGTH_MAX)
    if not re.fullmatch(_SUBDOMAIN, name):
        problems.append(_breaks(_SUBDOMAIN_RULE, _SUBDOMAIN, ("example.com",)))
    return problems


def _too_long(text: str, length_max: int) -> list[str]:
    too_long = len(text.encode(errors="surrogatepass")) > length_max
    return [f"must be no more than {length_max} bytes"] if too_long else []


def _breaks(rule: str, pattern: str, examples: tuple[str, ...]) -> str:
    """RegexError: the comma after each example is Kubernetes'."""
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"
