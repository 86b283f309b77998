"""`make bench`: runs every benchmark and prints ours beside the baseline."""

import argparse
import importlib
import pkgutil
import sys

from rich.console import Console
from rich.table import Table

import tests.benchmarks


def main() -> int:
    """Return 0; how fast this machine is, is nobody's mistake."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", help="names of modules, such as `delivery`")
    only = parser.parse_args().only
    table = Table("what", "ours", "baseline", "ratio", "reach")
    for name in sorted(module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)):
        if not name.startswith("bench_") or (only and name.removeprefix("bench_") not in only):
            continue
        for benchmark in importlib.import_module(f"tests.benchmarks.{name}").benchmarks():
            found = benchmark()
            reach = f"<= {found.reach:g}{'' if found.is_reached else '  missed'}"
            table.add_row(found.name, found.ours, found.baseline, f"{found.ratio:.2f}", reach)
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
