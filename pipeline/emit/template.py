"""Self-contained pages from templates: everything escaped, nothing loaded, only our own script runs."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.emit.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).with_name("templates")


def _shown(value: object) -> object:
    return visible(value) if type(value) is str else value


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that lets only these two inline texts and `data:` pictures in."""
    rules = ("default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'")
    return "; ".join((*rules, f"style-src {_digest(style)}", f"script-src {_digest(script)}"))


def page(name: str, **values: object) -> bytes:
    """Return template `name`.html with `name`.css and `name`.js inlined, as UTF-8.

    Text values are escaped and made visible; only `markupsafe.Markup` passes as it is.
    """
    style = (_FOLDER / f"{name}.css").read_text("utf-8")
    script = (_FOLDER / f"{name}.js").read_text("utf-8")
    from markupsafe import Markup

    template = _environment().get_template(f"{name}.html")
    inlined = {"style": Markup(style), "script": Markup(script), "policy": policy(style, script)}
    return template.render(**values, **inlined).encode()


def data_uri(picture: bytes) -> str:
    """Return PNG or JPEG bytes as a `data:` address."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"
