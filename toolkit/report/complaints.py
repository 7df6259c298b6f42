"""Turn validation errors of pydantic into problems in a clerk's words, with the path in the file."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from toolkit.core.errors import Problem
from toolkit.report.model import A_COUNT, AN_AMOUNT, LEVEL_NAMES
from toolkit.report.yaml_reading import quoted

_GROUP = "以“键: 值”写成的一组"
_DATE = "2025-01-20 这样写的日期"
_EXPECTED = {
    "bool_parsing": "true 或 false",
    "bool_type": "true 或 false",
    "string_type": "文字",
    "tuple_type": "以“- ”开头的清单",
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "dict_type": _GROUP,
    "path_type": "文件或文件夹的路径（加引号的文字）",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
}
_NUMBERS = ("int_", "float_", "decimal_", "greater_", "less_", "finite_")


def _no_truth_value(value: object) -> object:
    """Refuse true and false, which pydantic takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("整数")
    return value


NO_TRUTH_VALUE = BeforeValidator(_no_truth_value)


def model_problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Every complaint of ``model``; kinds that have no words of ours keep pydantic's."""
    return [_problem(model, item) for item in error.errors(include_url=False)]


def _problem(model: type[BaseModel], error: Any) -> Problem:
    location = tuple(str(part) for part in error["loc"])
    path, kind, value = ".".join(location), error["type"], quoted(error["input"])
    match kind:
        case "missing":
            return Problem(path, "必填项", "没有填写")
        case "extra_forbidden":
            return Problem(path, f"已知的键之一（{'、'.join(_known_keys(model, location[:-1]))}）", location[-1])
        case "literal_error":
            return Problem(path, "、".join(f"{key}（{name}）" for key, name in LEVEL_NAMES.items()) + " 之一", value)
        case "value_error":  # of our own validators, who say what they expect
            return Problem(path, str(error["ctx"]["error"]), value)
        case "string_too_short":
            return Problem(path, "非空的文字", "空白")
        case "string_too_long":
            return Problem(path, f"不超过 {error['ctx']['max_length']} 字的文字", f"{len(str(error['input']))} 字")
    if kind == "greater_than_equal" and error["ctx"]["ge"] == 1:
        return Problem(path, "大于 0 的整数", value)
    if kind.startswith(_NUMBERS):
        return Problem(path, _number_expected(location[-1]), value)
    return Problem(path, _EXPECTED.get(kind, str(error["msg"])), value)


def _number_expected(field: str) -> str:
    """The kind of number of a field; two fields that are not counts are recognised by name."""
    if field == "year":
        return "四位数的年度，如 2024"
    if field.startswith("amount"):
        return AN_AMOUNT
    return A_COUNT


def _known_keys(model: Any, location: tuple[str, ...]) -> list[str]:
    """The keys allowed at a path of the params file."""
    for part in location:
        if part.isdigit():
            continue
        annotation = model.model_fields[part].annotation
        model = next(item for item in (annotation, *getattr(annotation, "__args__", ())) if hasattr(item, "model_fields"))
    return list(model.model_fields)
