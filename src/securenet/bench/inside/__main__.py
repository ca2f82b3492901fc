"""Runs a module of this package: `main(*arguments)`, after Django."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django

django.setup()
print(json.dumps(import_module(f"securenet.bench.inside.{sys.argv[1]}").main(*sys.argv[2:])))
