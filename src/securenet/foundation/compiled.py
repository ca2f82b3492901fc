"""Queries whose SQL is made once a thread: Django takes many times longer to make it than a database to answer.

@compiled
def registered(sha256: str) -> QuerySet[MemberCertificate]:
    return MemberCertificate.objects.filter(sha256=sha256)

rows = registered(sha256)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import update_wrapper
from inspect import signature
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

Given = ParamSpec("Given")
Row = TypeVar("Row")


class Argument(Expression):
    """Stands for the argument at a position while the SQL is made; good for being compared with a column."""

    def __init__(self, position: int) -> None:
        super().__init__()
        self.position = position

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Return a place for the value, and itself as what is to be replaced by it."""
        return "%s", [self]

    def __str__(self) -> str:
        raise TypeError("a compiled query is made before it has values: no text can be made of one")


class Compiled(Generic[Given, Row]):
    """What `make` asks the database for, whatever its arguments, each of which is compared with a column."""

    def __init__(self, make: Callable[Given, QuerySet[Any, Row]]) -> None:
        self._make: Callable[..., QuerySet[Any, Row]] = make
        self._arguments = [Argument(position) for position, _ in enumerate(signature(make).parameters)]
        self._thread = threading.local()
        update_wrapper(self, make)

    def __call__(self, *values: Given.args, **named: Given.kwargs) -> list[Row]:
        """Return the rows. Raises TypeError for a wrong number of arguments, or None, which equals nothing in SQL."""
        if named or len(values) != len(self._arguments) or None in values:
            raise TypeError(f"{self._make.__name__} takes {len(self._arguments)} values, by position")
        return self._statement().rows(values)

    def first(self, *values: Given.args, **named: Given.kwargs) -> Row | None:
        """Return the first row, None where there is none. Raises TypeError as a call does."""
        return next(iter(self(*values, **named)), None)

    def _statement(self) -> _Statement[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        kept: _Statement[Row] | None = getattr(self._thread, "kept", None)
        if kept is None or kept.connection is not connection:
            kept = self._thread.kept = _Statement(self._make(*self._arguments), connection)
        return kept


def compiled(make: Callable[Given, QuerySet[Any, Row]]) -> Compiled[Given, Row]:
    """Return the query that `make` makes; what it is given may only be compared with columns."""
    return Compiled(make)


class _Statement(Generic[Row]):
    """A queryset whose compiler answers from what it made the first time. One thread's: values pass through it."""

    def __init__(self, queryset: Any, connection: BaseDatabaseWrapper) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.connection, self._queryset = connection, queryset
        self._values: tuple[Any, ...] = ()
        self._sql, self._parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        compiler.as_sql = self._filled
        compiler.get_converters = lambda _columns: converters
        queryset.query.get_compiler = lambda *_given, **_named: compiler

    def rows(self, values: tuple[Any, ...]) -> list[Row]:
        self._values = values
        rows: list[Any] = list(self._queryset._iterable_class(self._queryset))
        prefetch_related_objects(rows, *self._queryset._prefetch_related_lookups)
        return rows

    def _filled(self) -> tuple[str, tuple[Any, ...]]:
        return self._sql, tuple(self._value(each) for each in self._parameters)

    def _value(self, parameter: Any) -> Any:
        if not isinstance(parameter, Argument):
            return parameter
        return self.connection.ops.adapt_unknown_value(self._values[parameter.position])
