"""JSON Schemas of the params file and of ``_jurisdiction.yaml``, so that an editor completes keys and shows labels.

In: the models and the editions of the form. Out: one schema for each; the edition is chosen by ``year``.
"""

from __future__ import annotations

import json
from typing import Any

from toolkit.forms import Column, Form, Table, all_forms, row_label
from toolkit.report.jurisdiction import Jurisdiction
from toolkit.report.reading import Params


def params_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of ``params/<year>/…/<organ>.yaml``."""
    schema = Params.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "政府信息公开工作年度报告填报数据"
    definitions = schema["$defs"]
    for group in (schema, *definitions.values()):
        _allow_blanks(group)
    for form in all_forms():
        definitions[f"figures_{form.id}"] = _object({table.key: _table(table) for table in form.tables}, f"{form.id} 版表格")
    schema["allOf"] = [_edition(form) for form in all_forms()]
    schema["properties"]["figures"] = {"title": "法定表格数据"}
    return schema


def _allow_blanks(group: dict[str, Any]) -> None:
    """Optional values may be empty, as the reader accepts them."""
    properties = group.get("properties", {})
    for name in properties.keys() - set(group.get("required", ())):
        if {"type": "null"} in properties[name].get("anyOf", ()):
            continue
        schema = dict(properties[name])
        outside = {key: schema.pop(key) for key in ("title", "description", "default") if key in schema}
        properties[name] = {"anyOf": [schema, {"type": "null"}], **outside}


def _edition(form: Form) -> dict[str, Any]:
    years: dict[str, int] = {"minimum": form.first_year}
    if form.last_year:
        years["maximum"] = form.last_year
    return {
        "if": {"properties": {"year": years}, "required": ["year"]},
        "then": {"properties": {"figures": {"$ref": f"#/$defs/figures_{form.id}"}}},
    }


def _table(table: Table) -> dict[str, Any]:
    columns = {column.key: _cell(column) for column in table.columns}
    rows = {row.key: _object(columns, row_label(table, row)) for row in table.rows}
    return _object(rows, table.caption or table.name)


def _cell(column: Column) -> dict[str, Any]:
    numbers: dict[str, dict[str, Any]] = {
        "count": {"type": ["integer", "null"], "minimum": 0},
        "change": {"type": ["integer", "null"]},
        "money": {"type": ["number", "null"], "minimum": 0},
    }
    return {**numbers[column.type], "title": column.label}


def _object(properties: dict[str, Any], title: str) -> dict[str, Any]:
    return {"type": ["object", "null"], "title": title, "properties": properties, "additionalProperties": False}


def schema_text() -> str:
    """The schema as the file ``params/params.schema.json`` holds it."""
    return _as_text(params_schema())


def jurisdiction_schema() -> dict[str, Any]:
    """The schema of ``params/<year>/<jurisdiction>/_jurisdiction.yaml``; a word of the list may be text alone."""
    schema = Jurisdiction.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "地区：成员单位、期限和要求"
    words = schema["properties"]["words"]
    words["items"] = {"anyOf": [{"type": "string", "minLength": 1}, words["items"]]}
    return schema


def jurisdiction_schema_text() -> str:
    """The schema as the file ``params/jurisdiction.schema.json`` holds it."""
    return _as_text(jurisdiction_schema())


def _as_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
