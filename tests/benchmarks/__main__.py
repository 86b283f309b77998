"""`make bench`: runs every benchmark and prints ours beside the baseline and the goal."""

import argparse
import importlib
import pkgutil
import sys
import time

from rich.console import Console
from rich.table import Table

import tests.benchmarks
from tests.benchmarks.timing import Measured


def main() -> int:
    """Return 0; how fast this machine is, is nobody's mistake."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", help="names of modules, such as `delivery`")
    only = parser.parse_args().only
    began, console = time.monotonic(), Console(width=118)
    for name in sorted(module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)):
        if not name.startswith("bench_") or (only and name.removeprefix("bench_") not in only):
            continue
        module = importlib.import_module(f"tests.benchmarks.{name}")
        found: list[Measured] = []
        for benchmark in module.benchmarks():
            measured = benchmark()
            found += [measured] if isinstance(measured, Measured) else measured
        console.print(_table(str(module.__doc__).splitlines()[0], found))
    console.print(f"Measured in {time.monotonic() - began:.0f} s.")
    return 0


def _table(title: str, found: list[Measured]) -> Table:
    table = Table("", "ours", "baseline", "ratio", "goal", title=title, title_justify="left")
    table.columns[0].width = 58
    for one in found:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        goal = f"{one.goal}{'' if one.is_reached else '  missed'}"
        table.add_row(one.name, one.ours, one.baseline, ratio, goal)
    return table


if __name__ == "__main__":
    sys.exit(main())
