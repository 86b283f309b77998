"""`make chaos`: every scenario is killed at random points; says what was lost and repeated."""

import argparse
import random
import sys

from tests.chaos.killing import Killing
from tests.chaos.scenarios import SCENARIOS


def main() -> int:
    """Return 0 if nothing was lost, and no more repeated than was in flight."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--only", choices=[scenario.name for scenario in SCENARIOS])
    parser.add_argument("--kills", type=int, help="for each scenario")
    parser.add_argument(
        "--without-owner-check",
        action="store_true",
        help="plant a defect: this must fail",
    )
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    good = True
    for scenario in SCENARIOS:
        if asked.only not in {None, scenario.name}:
            continue
        kills = asked.kills or scenario.kills
        print(f"{scenario.name}: {len(scenario.due)} due, kill -9 at {kills} random points")
        chance = random.Random(asked.seed)
        killing = Killing(scenario, chance, print, careless=asked.without_owner_check)
        result = killing.run(kills)
        allowed = f"at most {result.in_flight} in flight" if result.may_repeat else "none allowed"
        print(f"  lost {result.lost}")
        print(f"  repeated {result.repeated} ({allowed})")
        good &= result.is_good
    print("good" if good else "NOT GOOD")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
