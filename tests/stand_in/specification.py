"""The Bot API as aiogram's generated models have it: a second opinion on every request and every answer.

Those models are made from Telegram's own pages, by others than us; `asks` says what the stand-in understands, they say what
there is. They let unknown fields pass and keep them aside, where they are looked for here.
"""

import inspect
import json
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from aiogram import methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.stand_in.refusal import Json


def wrong_request(method: str, params: Json) -> list[str]:
    """Say what is wrong with the parameters of a request, as they come in a form or in JSON."""
    model = models()[method.lower()]
    fields = model.model_fields
    try:
        given = {
            name: _decoded(value, fields[name].annotation) if name in fields else value
            for name, value in params.items()
        }
        read = model.model_validate(given)
    except ValueError as error:
        return [f"request {method}: {each}" for each in _errors(error)]
    return [f"request {method}: no parameter {each}" for each in _unknown(read)]


def wrong_answer(method: str, result: Any) -> list[str]:
    """Say what is wrong with the result of a method."""
    try:
        read = _returned(method.lower()).validate_python(result)
    except ValidationError as error:
        return [f"answer {method}: {each}" for each in _errors(error)]
    return [f"answer {method}: no field {each}" for each in _unknown(read)]


@cache
def models() -> dict[str, type[TelegramMethod[Any]]]:
    """Give the model of each method by its name in small letters."""
    classes = (getattr(methods, name) for name in methods.__all__)
    return {
        each.__api_method__.lower(): each
        for each in classes
        if inspect.isclass(each)
        and issubclass(each, TelegramMethod)
        and isinstance(each.__dict__.get("__api_method__"), str)
    }


@cache
def _returned(method: str) -> TypeAdapter[Any]:
    return TypeAdapter(models()[method].__returning__)


def _errors(error: ValueError) -> Iterator[str]:
    if not isinstance(error, ValidationError):
        yield str(error)
        return
    for each in error.errors():
        yield f"{'.'.join(map(str, each['loc']))}: {each['msg']}"


def _decoded(value: Any, annotation: Any) -> Any:
    """Read a parameter as its type wants it: in a form, all that is no text is JSON."""
    kinds = set(_kinds(annotation))
    if not isinstance(value, str | int | float | bool | list | dict):
        # A file; whatever takes one takes a name too.
        return "attach://file" if InputFile in kinds else value
    if not isinstance(value, str) or str in kinds:
        return value
    return json.loads(value) if kinds - {int, float, bool} else value


def _kinds(annotation: Any) -> Iterator[Any]:
    """Give the types that a union or a list is made of, without those that are aiogram's own affair."""
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        for each in get_args(annotation):
            yield from _kinds(each)
    elif origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif annotation not in {type(None), Default}:
        yield origin or annotation


def _unknown(read: Any, path: str = "") -> Iterator[str]:
    """Give the fields that no model knows, each with its way down to it."""
    if isinstance(read, list | tuple):
        for number, each in enumerate(read):
            yield from _unknown(each, f"{path}{number}.")
    if isinstance(read, BaseModel):
        yield from (f"{path}{name}" for name in read.model_extra or ())
        for name in read.model_fields_set & type(read).model_fields.keys():
            yield from _unknown(getattr(read, name), f"{path}{name}.")
