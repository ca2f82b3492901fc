"""Writes the list of keys in docs/profile.md from the models.

`python -m securenet.domain.profile.reference docs/profile.md` after every change of a key.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from securenet.domain.profile.models import Profile
from securenet.domain.profile.text import Fact, Text

MARK = "<!-- Everything below is written from the models. -->\n"
EXAMPLES = ("bank-of-thailand.toml", "central-bank-of-meridia.toml")
Model = type[Fact]
Place = tuple[Model, str]
NAMES = {str: "text", int: "whole number", bool: "true or false"}


def key_reference() -> str:
    """Return a Markdown section for every table of the profile: its keys with type, default, meaning and an example."""
    examples: dict[Place, Any] = {}
    for name in EXAMPLES:
        _collect(Profile, tomllib.loads(Path(__file__).with_name(name).read_text("utf-8")), examples)
    return "\n".join(_section(model, examples) for model in _models(Profile))


def _section(model: Model, examples: dict[Place, Any]) -> str:
    lines = [f"## {model.__name__}", "", model.__doc__ or "", ""]
    if places := _places(Profile, model):
        lines += ["Stands in " + ", ".join(f"`{place}`" for place in places) + ".", ""]
    lines += ["| key | type | default | meaning | example |", "| --- | --- | --- | --- | --- |"]
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else _default(field.default)
        example = examples.get((model, name), field.default)
        cells = (f"`{name}`", _type(field.annotation), default, field.description or "", _example(field, example))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def _models(model: Model) -> list[Model]:
    """Return the model and all that it is made of, each once, in the order of the fields."""
    found = [model]
    for field in model.model_fields.values():
        found += [each for part in _parts(field.annotation) for each in _models(part)]
    return list(dict.fromkeys(found))


def _places(start: Model, wanted: Model, path: str = "") -> list[str]:
    """Return where a table stands, with `[]` for an item of a list; text stands everywhere."""
    found = []
    for name, field in start.model_fields.items():
        place = f"{path}{name}" + ("[]" if _type(field.annotation).startswith("list") else "")
        for part in _parts(field.annotation):
            found += [place] if part is wanted is not Text else []
            found += _places(part, wanted, f"{place}.")
    return found


def _parts(annotation: Any) -> Iterator[Model]:
    if isinstance(annotation, type) and issubclass(annotation, Fact):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _type(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return _type(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return " / ".join(f"`{word}`" for word in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {_type(get_args(annotation)[0])}"
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    if arguments:
        return _type(arguments[0])
    if issubclass(annotation, Fact):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return NAMES.get(annotation, str(annotation.__name__))


def _collect(model: Model, table: dict[str, Any], examples: dict[Place, Any]) -> None:
    """Keep the first value that an example profile gives to each key of each model."""
    for name, value in table.items():
        examples.setdefault((model, name), value)
        for part in _parts(model.model_fields[name].annotation):
            for item in value if isinstance(value, list) else [value]:
                _collect(part, item, examples)


def _example(field: FieldInfo, value: Any) -> str:
    if any(_parts(field.annotation)) and not (isinstance(value, dict) and "th" in value):
        return "see there"
    return _code(value)


def _default(value: Any) -> str:
    if isinstance(value, Fact) and not any(field.is_required() for field in type(value).model_fields.values()):
        return "each key's own"
    return _code(value)


def _code(value: Any) -> str:
    if value is None:
        return "none"
    return f"`{_toml(value)}`"


def _toml(value: Any) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, Fact):
        return _toml(value.model_dump(exclude_none=True))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, str | int) else str(value)


def write_reference(path: Path) -> None:
    """Replace everything after the mark in a Markdown file."""
    written, mark, _ = path.read_text("utf-8").partition(MARK)
    path.write_text(f"{written}{mark}\n{key_reference()}", "utf-8")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
