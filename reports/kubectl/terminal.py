"""Text that cannot take over a terminal: pkg/printers/terminal.go of k8s.io/cli-runtime, v1.36.

kubectl escapes ESC and CR in tables, wherever they go, and prints `-o json`, `yaml`, `name` and
`jsonpath` as they are. So do we, with two things more. Tables are for people: other controls (some
terminals obey U+009B as they do ESC [) and the marks that turn the direction of writing (which can
make one name look like another) are made visible in them too. And what is meant for programs stays
as it is in a pipe or a file, to the byte, but not on a terminal: nothing that a cluster holds may
move the cursor there. In JSON the escapes are JSON's own, so that it means the same.
"""

import re

# Tabs and line ends are left to the table writer. The last are Unicode's Bidi_Control and its line
# and paragraph separators.
_BIDI = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
CONTROL = re.compile(f"[\x00-\x08\x0d-\x1f\x7f-\x9f{_BIDI}]")
_IN_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}]")
# Lines end at these in a cell; \f is a line end to the table writer.
CELL_BREAK = re.compile("[\f\n\r]")


def escape(text: str) -> str:
    """Control characters made visible; line breaks, form feeds and tabs stay."""
    return CONTROL.sub(_visible, text)


def escape_cell(text: str) -> str:
    """A cell of a table: cut off at its first line break, which dots stand for."""
    first = CELL_BREAK.search(text)
    return escape(text) if first is None else f"{escape(text[: first.start()])}..."


def escape_text(text: str) -> str:
    """Any text of several lines for a terminal: of all controls only tabs and line ends stay."""
    return _IN_TEXT.sub(_visible, text)


def escape_line(text: str) -> str:
    """A message in one line."""
    return escape_text(" ".join(text.split("\n")))


def escape_json(text: str) -> str:
    """JSON for a terminal: the same values, with controls as JSON's own escapes."""
    return _IN_TEXT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\r":
        return "\\r"
    code = ord(character)
    if code > 0xFF:
        return f"\\u{code:04x}"
    return f"\\x{code:02x}" if code >= 0x7F else f"^{chr(code + 64)}"
