import os
import a.b.c
import a.b as c, d
from pkg.mod import one, two as deux
from . import sibling
from ..up.two import thing
from star import *
from __future__ import annotations
import importlib
importlib.import_module("late.module")
importlib.import_module(name)
__import__("raw")
# import commented
"""
import documented
"""
def lazy():
    from inner import (
        x,  # comment
        y as z,
    )
if TYPE_CHECKING:
    import typed
