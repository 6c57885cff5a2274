"""Where secrets are inside a JSON body: a walk that replaces each of them.

`ingest.redact` decides which bodies are walked and what a secret is replaced by. Field names are
compared without regard to case: the API server would refuse a body with a wrong case, and yet
logs it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Any

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SECRET_KINDS = frozenset(("secret", "secretlist"))
_TOKEN_KINDS = frozenset(("tokenrequest", "tokenreview", "execcredential"))
_TOKEN_FIELDS = frozenset(("token", "clientkeydata"))
_VALUE_FIELDS = frozenset(("data", "stringdata"))
_AUTHORIZATION = frozenset(("authorization", "proxy-authorization"))
_PATCH_DIRECTIVES = frozenset(("replace", "merge", "delete"))
_MAY_HOLD_A_SECRET = re.compile(r'(?i)"(secret|secretlist)\\*"')
_SECRET_AS_YAML = re.compile(r"(?im)^[ \t-]*kind:[ \t]*[\"']?secret(?:list)?[\"']?[ \t\r]*$")
_BOOTSTRAP_TOKEN = re.compile(r"[a-z0-9]{6}\.[a-z0-9]{16}")
_QUOTED_LENGTH_MIN = 4


class Walk:
    """One walk over a body and what it found.

    `changed` tells if anything was replaced; `originals` are the texts that were, as written and
    decoded, so that they can be found again where a refusal quotes them.
    """

    def __init__(
        self,
        hash_: Callable[[str | bytes], str],
        scrub: Callable[[str], str],
        message: Callable[[str, str | None], str],
        *,
        quoting: bool = False,
    ) -> None:
        """`hash_` replaces a secret, `scrub` cleans free text, `message` that of a refusal.

        `quoting` says that a refusal may quote a secret, whatever the request was about.
        """
        self._quoting = quoting
        self._hash = hash_
        self._scrub = scrub
        self._message = message
        self.changed = False
        self.originals: set[str] = set()

    def body(self, value: Any, *, secret: bool) -> Any:
        """A whole body: of a Secret, texts in the place of an object are YAML, or worse."""
        if secret and isinstance(value, str) and not _is_json(value):
            return self._leaf(value, encoded=False)
        if secret and isinstance(value, list):
            return [self.body(item, secret=True) for item in value]
        return self.value(value, secret=secret)

    def value(self, value: Any, *, secret: bool) -> Any:
        """`value` without its secrets; `secret` says that it is (part of) a Secret or token."""
        if isinstance(value, dict):
            return self._object(value, secret)
        if isinstance(value, list):
            return self._list(value, secret)
        if isinstance(value, str):
            return self._text(value, secret)
        return value

    def _list(self, items: list[Any], secret: bool) -> list[Any]:
        """A list; in arguments such as --token T the word before tells what follows."""
        flags = [None, *items]
        return [
            self._leaves(item)
            if _is_bootstrap_token(flag, item)
            else self.value(item, secret=secret)
            for flag, item in zip(flags, items, strict=False)
        ]

    def _object(self, value: dict[str, Any], secret: bool) -> dict[str, Any]:
        kind = next((v for k, v in value.items() if k.lower() == "kind"), None)
        kind = kind.lower() if isinstance(kind, str) else ""
        if (secret or self._quoting) and kind == "status":
            return self._status(value)
        if isinstance(value.get("op"), str) and isinstance(value.get("path"), str):
            return self._operation(value, secret)
        secret = secret or kind in _SECRET_KINDS or kind in _TOKEN_KINDS
        clean = {key: self._field(key, child, secret) for key, child in value.items()}
        if "value" in value and _names_secret(value.get("name"), value["value"]):
            clean["value"] = self._leaves(value["value"])
        return clean

    def _field(self, key: str, child: Any, secret: bool) -> Any:
        """A field by its name alone, wherever it stands."""
        low = key.lower()
        if secret and low in _VALUE_FIELDS:
            return self._leaves(child, encoded=low == "data")
        if secret and low in _TOKEN_FIELDS and isinstance(child, str):
            return self._leaves(child)
        if _is_bootstrap_token(low, child):
            return self._leaves(child)
        if _names_authorization(low) and isinstance(child, str | list):
            return self._leaves(child)
        if secret and low == _LAST_APPLIED:
            return self._leaves(child)
        if secret and low == "annotations" and isinstance(child, dict):
            return {k: self._annotation(k, v) for k, v in child.items()}
        return self.value(child, secret=secret)

    def _annotation(self, key: str, value: Any) -> Any:
        """An annotation of a Secret: tools keep whole copies of the object in some, as JSON."""
        is_copy = isinstance(value, str) and _is_json(value)
        return self._leaves(value) if is_copy else self._field(key, value, True)

    def _operation(self, operation: dict[str, Any], secret: bool) -> dict[str, Any]:
        """One operation of a JSON patch: its path says what the value is."""
        if "value" not in operation:
            return operation
        steps = [
            step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]
        ]
        value = operation["value"]
        if secret and steps and steps[0].lower() in _VALUE_FIELDS:
            clean = self._leaves(value, encoded=steps[0].lower() == "data")
        elif secret and len(steps) == 3 and steps[1].lower() == "annotations":
            clean = self._annotation(steps[2], value)
        else:
            clean = self._field(steps[-1] if steps else "", value, secret)
        return {**operation, "value": clean}

    def _status(self, status: dict[str, Any]) -> dict[str, Any]:
        """A refusal about a Secret: its messages may quote the values."""
        reason = status.get("reason")
        reason = reason if isinstance(reason, str) else None

        def clean(value: Any) -> Any:
            if isinstance(value, dict):
                return {k: quoted(v) if k == "message" else clean(v) for k, v in value.items()}
            return [clean(item) for item in value] if isinstance(value, list) else value

        def quoted(value: Any) -> Any:
            is_text = isinstance(value, str) and value
            return self._note(value, self._message(value, reason)) if is_text else clean(value)

        result: dict[str, Any] = clean(status)
        return result

    def _text(self, text: str, secret: bool) -> str:
        """A string: it may be JSON itself, such as last-applied-configuration."""
        if _SECRET_AS_YAML.search(text):
            return self._leaf(text, encoded=False)
        if _is_json(text):
            try:
                inner = json.loads(text)
            except ValueError:
                if secret or _MAY_HOLD_A_SECRET.search(text):
                    return self._leaf(text, encoded=False)
            else:
                return self._inner(text, inner, secret)
        return self._note(text, self._scrub(text))

    def _inner(self, text: str, inner: Any, secret: bool) -> str:
        walk = Walk(self._hash, self._scrub, self._message, quoting=self._quoting)
        clean = walk.body(inner, secret=secret)
        if not walk.changed:
            return text
        self.originals |= walk.originals
        return self._note(text, json.dumps(clean, ensure_ascii=False, separators=(",", ":")))

    def _leaves(self, value: Any, *, encoded: bool = False) -> Any:
        """Every value below replaced; `encoded` says that they are base64."""
        if isinstance(value, dict):
            return {
                key: child
                if key == "$patch" and child in _PATCH_DIRECTIVES
                else self._leaves(child, encoded=encoded)
                for key, child in value.items()
            }
        if isinstance(value, list):
            return [self._leaves(item, encoded=encoded) for item in value]
        if value is None:
            return None
        return self._leaf(value if isinstance(value, str) else json.dumps(value), encoded=encoded)

    def _leaf(self, text: str, *, encoded: bool) -> str:
        plain = _decoded(text) if encoded else text.encode("utf-8", "surrogatepass")
        self.changed = True
        for form in (text, plain.decode("utf-8", "replace")):
            if len(form) >= _QUOTED_LENGTH_MIN:
                self.originals.add(form)
        return self._hash(plain)

    def _note(self, before: str, after: str) -> str:
        self.changed = self.changed or before != after
        return after


def _is_json(text: str) -> bool:
    """Whether a text looks like an object or a list."""
    return text.lstrip().startswith(("{", "["))


def _names_secret(name: Any, value: Any) -> bool:
    """Whether a name says that the value beside it is one: a header's, or a variable's."""
    if not isinstance(name, str):
        return False
    low = name.lower()
    is_token = isinstance(value, str) and _BOOTSTRAP_TOKEN.fullmatch(value) is not None
    return low in _AUTHORIZATION or ("token" in low and is_token)


def _names_authorization(key: str) -> bool:
    """Whether a field or annotation holds a header; Kubernetes' own annotation of that name, with
    a latency in it, does not."""
    prefix, _, name = key.rpartition("/")
    return name in _AUTHORIZATION and not prefix.endswith("k8s.io")


def _is_bootstrap_token(word: Any, value: Any) -> bool:
    """Whether a value has the form of one and the word before it says so: names of Kubernetes
    Events can have that form too."""
    return (
        isinstance(word, str)
        and isinstance(value, str)
        and word.lower().endswith("token")
        and _BOOTSTRAP_TOKEN.fullmatch(value) is not None
    )


def _decoded(text: str) -> bytes:
    """The bytes behind base64, so that data and stringData of one value get one hash."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "surrogatepass")
