"""Text that cannot take over a terminal: pkg/printers/terminal.go of k8s.io/cli-runtime, v1.36.

kubectl escapes ESC and CR. Other control characters, which kubectl lets through, are escaped here
too: some terminals obey U+009B as they do ESC [. Tabs are left to the table writer.
"""

import re

CONTROL = re.compile("[\x00-\x08\x0d-\x1f\x7f-\x9f]")
# Lines end at these in a cell; \f is a line end to the table writer.
CELL_BREAK = re.compile("[\f\n\r]")


def escape(text: str) -> str:
    """Control characters made visible; line breaks, form feeds and tabs stay."""
    return CONTROL.sub(_visible, text)


def escape_cell(text: str) -> str:
    """A cell of a table: cut off at its first line break, which dots stand for."""
    first = CELL_BREAK.search(text)
    return escape(text) if first is None else f"{escape(text[: first.start()])}..."


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\r":
        return "\\r"
    code = ord(character)
    return f"\\x{code:02x}" if code >= 0x7F else f"^{chr(code + 64)}"
