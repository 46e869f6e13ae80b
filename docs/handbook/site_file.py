"""The reference of the site file, made from its JSON Schema."""

import json
from pathlib import Path

from docs.handbook.tables import cell, table

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "site.schema.json"
INTRODUCTION = """# Site file

One school's building: `floorplans/NAME.json`, format 1. Metres, origin at the south-west corner of the plan, x east,
y north, z up from that floor's slab. The tables below are made from the JSON Schema,
[site.schema.json](../site.schema.json), which editors
can check while you type. `floorplans/demo-elementary.json` is an example; `wifiplan web` draws one.
"""


def page() -> str:
    """Return the page as Markdown."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = [INTRODUCTION, _section("The file", schema)]
    parts += [_section(name, part) for name, part in schema.get("$defs", {}).items()]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(name: str, part: dict[str, object]) -> str:
    properties = part.get("properties")
    if not isinstance(properties, dict):
        return ""
    needed = part.get("required", [])
    rows = [
        (f"`{key}`", _type(value), "required" if isinstance(needed, list) and key in needed else _default(value))
        for key, value in properties.items()
    ]
    told = [cell(" ".join(text.split())) for text in str(part.get("description", "")).split("\n\n")]
    return "\n\n".join([f"## {name}", *filter(None, told), table(("key", "type", "default"), rows)])


def _default(value: dict[str, object]) -> str:
    return f"`{json.dumps(value['default'], ensure_ascii=False)}`".replace("|", r"\|") if "default" in value else ""


def _type(value: dict[str, object]) -> str:
    """Return what a key holds, in a few words; another record by its link."""
    if "$ref" in value:
        name = str(value["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    choices = value.get("enum", [value["const"]] if "const" in value else None)
    if isinstance(choices, list):
        return " or ".join(f"`{json.dumps(choice)}`" for choice in choices if choice is not None)
    for word in ("anyOf", "oneOf"):
        if isinstance(several := value.get(word), list):
            return " or ".join(dict.fromkeys(_type(one) for one in several if one != {"type": "null"}))
    if value.get("type") == "array":
        inner = value.get("items") or (value.get("prefixItems") or [{}])[0]  # type: ignore[index]
        return f"list of {_type(inner)}" if isinstance(inner, dict) and inner else "list"
    return str(value.get("type", "any"))
