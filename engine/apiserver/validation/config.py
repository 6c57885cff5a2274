"""ConfigMaps, Secrets and ServiceAccounts.

After pkg/apis/core/validation/validation.go (v1.36).
"""

import binascii
import json
from collections.abc import Mapping

from engine.apiserver.validation.contract import Object
from engine.apiserver.validation.field import (
    IMMUTABLE,
    ROOT,
    FieldError,
    Path,
    each,
    forbidden,
    invalid,
    required,
    too_long,
)
from engine.apiserver.validation.metadata import (
    METADATA,
    validate_object_meta,
    validate_object_meta_update,
)
from engine.apiserver.validation.names import is_config_map_key, name_is_dns_subdomain, size

# core.MaxSecretSize, of ConfigMaps too.
_SIZE_MAX = 1 << 20

_FROZEN = "field is immutable when `immutable` is set"
_ACCOUNT_NAME = "kubernetes.io/service-account.name"
_DATA = Path("data")
_DOCKER_KEYS = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def validate_config_map_create(config: Object) -> list[FieldError]:
    errors = validate_object_meta(config["metadata"], True, name_is_dns_subdomain)
    data, binary = config.get("data") or {}, config.get("binaryData") or {}
    for key in sorted(data):
        errors += each(_DATA.key(key), key, is_config_map_key(key))
        if key in binary:
            explanation = "duplicate of key present in binaryData"
            errors.append(invalid(_DATA.key(key), key, explanation))
    for key in sorted(binary):
        errors += each(Path("binaryData").key(key), key, is_config_map_key(key))
    total = sum(map(size, data.values())) + sum(map(decoded_size, binary.values()))
    if total > _SIZE_MAX:
        errors.append(too_long(ROOT, _SIZE_MAX))
    return errors


def validate_config_map_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    errors += _validate_frozen(new, old, ("data", "binaryData"))
    return errors + validate_config_map_create(new)


def validate_secret_create(secret: Object) -> list[FieldError]:
    metadata, data = secret["metadata"], secret.get("data") or {}
    errors = validate_object_meta(metadata, True, name_is_dns_subdomain)
    for key in sorted(data):
        errors += each(_DATA.key(key), key, is_config_map_key(key))
    if sum(map(decoded_size, data.values())) > _SIZE_MAX:
        errors.append(too_long(_DATA, _SIZE_MAX))
    kind = secret.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        if not (metadata.get("annotations") or {}).get(_ACCOUNT_NAME):
            errors.append(required(METADATA.child("annotations").key(_ACCOUNT_NAME)))
        return errors
    return errors + _validate_kind(kind, data)


def _validate_kind(kind: str, data: Mapping[str, str]) -> list[FieldError]:
    """What a Secret of its type holds."""
    missing: tuple[str, ...] = ()
    match kind:
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson":
            return _validate_docker(data, _DOCKER_KEYS[kind])
        case "kubernetes.io/basic-auth":
            keys = ("username", "password")
            missing = keys if not any(key in data for key in keys) else ()
        case "kubernetes.io/ssh-auth":
            missing = () if data.get("ssh-privatekey") else ("ssh-privatekey",)
        case "kubernetes.io/tls":
            missing = tuple(key for key in ("tls.crt", "tls.key") if key not in data)
    return [required(_DATA.key(key)) for key in missing]


def _validate_docker(data: Mapping[str, str], key: str) -> list[FieldError]:
    if key not in data:
        return [required(_DATA.key(key))]
    problem = _json_problem(_decode(data[key]))
    if not problem:
        return []
    return [invalid(_DATA.key(key), "<secret contents redacted>", problem)]


def _json_problem(text: bytes) -> str:
    """Why json.Unmarshal of Go takes it for no object; empty where it does."""
    if not text.strip():
        return "unexpected end of JSON input"
    try:
        value = json.loads(text)
    except UnicodeDecodeError:
        return _unexpected(text.decode("latin-1"), 0)
    except RecursionError:
        return "exceeded max depth"
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()):
            return "unexpected end of JSON input"
        if error.msg == "Extra data":
            return f"invalid character {_quoted(error.doc[error.pos])} after top-level value"
        return _unexpected(error.doc, error.pos)
    if value is None or isinstance(value, dict):
        return ""
    kinds = {bool: "bool", str: "string", list: "array", int: "number", float: "number"}
    kind = kinds[type(value)]
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _unexpected(text: str, position: int) -> str:
    """Go's scanner names what it expected; this knows where a value or a key begins."""
    character = _quoted(text[position])
    before = text[:position].rstrip()
    if before.endswith(("{", ",")) and before.count("{") > before.count("}"):
        return f"invalid character {character} looking for beginning of object key string"
    return f"invalid character {character} looking for beginning of value"


def _quoted(character: str) -> str:
    return {"'": r"'\''", '"': "'\"'"}.get(character, f"'{character}'")


def _decode(text: str | None) -> bytes:
    """A value of base64; null is an empty one too."""
    try:
        return binascii.a2b_base64(text or "")
    except (binascii.Error, ValueError):
        return b""


def decoded_size(text: str | None) -> int:
    """The length of what base64 spells."""
    text = text or ""
    return len(text) * 3 // 4 - text[-2:].count("=")


def validate_secret_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    kind = new.get("type", "")
    if kind != old.get("type", ""):
        errors.append(invalid("type", kind, IMMUTABLE))
    errors += _validate_frozen(new, old, ("data",))
    return errors + validate_secret_create(new)


def _validate_frozen(new: Object, old: Object, names: tuple[str, ...]) -> list[FieldError]:
    if not old.get("immutable"):
        return []
    errors: list[FieldError] = []
    if not new.get("immutable"):
        errors.append(forbidden("immutable", _FROZEN))
    errors += [forbidden(name, _FROZEN) for name in names if new.get(name) != old.get(name)]
    return errors


def validate_service_account_create(account: Object) -> list[FieldError]:
    return validate_object_meta(account["metadata"], True, name_is_dns_subdomain)


def validate_service_account_update(new: Object, old: Object) -> list[FieldError]:
    errors = validate_object_meta_update(new["metadata"], old.get("metadata") or {})
    return errors + validate_service_account_create(new)
