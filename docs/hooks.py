"""Generated pages of the site: the commands with their options, and the keys of a params file from its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from typer.testing import CliRunner

from toolkit.cli import app_of

PROJECT = Path(__file__).resolve().parent.parent


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference pages."""
    for name, text in (("reference/commands.md", commands_page()), ("reference/params.md", params_page())):
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace each line ``--8<-- "FILE:SECTION"`` by that section; its links are relative to the project's folder."""
    return re.sub(r'^--8<-- "([^":]+):(\w+)"$', lambda found: _section(found[1], found[2]), markdown, flags=re.MULTILINE)


def _section(file: str, name: str) -> str:
    text = (PROJECT / file).read_text(encoding="utf-8")
    _, _, rest = text.partition(f"<!-- --8<-- [start:{name}] -->")
    section, _, _ = rest.partition(f"<!-- --8<-- [end:{name}] -->")
    return section.strip().replace("](docs/", "](").replace("](README.md)", "](province.md)")


def commands_page() -> str:
    """`nianbao --help` of every command."""
    listing = _help()
    names = [line.split()[0] for line in listing.partition("命令：")[2].splitlines() if line.startswith("  ") and line[2] != " "]
    parts = [f"## nianbao {name}\n\n```text\n{_help(name)}```\n" for name in names]
    return "# 命令\n\n```text\n" + listing + "```\n\n" + "\n".join(parts)


def _help(*names: str) -> str:
    return CliRunner().invoke(app_of(), [*names, "--help"], prog_name="nianbao", terminal_width=100).output.strip() + "\n"


def params_page() -> str:
    """The keys of a params file."""
    schema = json.loads((PROJECT / "params" / "params.schema.json").read_text(encoding="utf-8"))
    rows = "\n".join(f"| `{key}` | {text} |" for key, text in _keys(schema, schema, ""))
    head = "文件是 UTF-8 的 YAML，结构由 `params/params.schema.json` 规定，编辑器可以据此提示。"
    return f"# 填报数据\n\n{head}\n\n| 键 | 说明 |\n|---|---|\n{rows}\n"


def _keys(schema: dict[str, Any], node: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Every key down to the second level, with its description."""
    for key, value in node.get("properties", {}).items():
        target = _resolved(schema, value)
        text = value.get("description") or target.get("description") or target.get("title") or ""
        yield prefix + key, str(text).replace("\n", " ").replace("|", "／")
        if not prefix:
            yield from _keys(schema, target, f"{key}.")


def _resolved(schema: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """The definition that a reference names, or the value."""
    reference = value.get("$ref", "")
    return schema.get("$defs", {}).get(reference.rpartition("/")[2], value) if reference else value
