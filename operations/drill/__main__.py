"""Run every event, or those named (`python -m operations.drill "etcd killed" control`). The table is also build/drill.json."""

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from operations import data_folder
from operations.drill import events, machines
from operations.drill.counting import HEADINGS, Outcome, Run, faults, in_columns, outcome
from operations.drill.machines import Cluster
from operations.drill.parts import Failed
from operations.drill.site import Site

OUTPUT = data_folder.CHECKOUT / "build" / "drill.json"


def main(names: list[str]) -> int:
    """The exit status: 1 where something was lost that should not be, or where the control lost nothing."""
    began = time.monotonic()
    if lacks := machines.missing():
        print(f"Error: the drill needs Debian's packages, whose services need not run: apt-get install {' '.join(lacks)}")
        return 1
    chosen = [event for event in (*events.ALL, events.CONTROL) if not names or event.name in names]
    if os.geteuid() != 0:
        chosen = [event for event in chosen if event.happens is not events.disk_of_the_leader_full]
        print("Without the full disk, for which the drill must be root's.")
    with machines.folder_of_the_drill() as folder:
        outcomes = _drilled(folder, chosen)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([_as_json(each) for each in outcomes], indent=2) + "\n")
    found = faults(outcomes, control=events.CONTROL.name)
    print("\n".join([*found, f"Took {time.monotonic() - began:.0f} s. Also in {OUTPUT}."]))
    return 1 if found else 0


def _drilled(folder: Path, chosen: list[events.Event]) -> list[Outcome]:
    """Every event in turn. What was confirmed in the first is counted again after the last: a loss may come late.

    The control is the last: the guards that the page sets up are then taken away.
    """
    began = time.monotonic()
    cluster = Cluster(folder)
    site = Site(cluster)
    try:
        cluster.start()
        who = site.start()
        print(f"Set up in {time.monotonic() - began:.0f} s.\n{in_columns(None)}", flush=True)
        runs: list[Run] = []
        for event in chosen:
            if event is events.CONTROL:
                print(site.command("manage.py", "verify_audit").splitlines()[0], flush=True)
                cluster.without_guards()
            runs.append(events.run(event, site, who))
            print(in_columns(outcome(runs[-1], site.stored())), flush=True)
        print(site.command("manage.py", "verify_audit").splitlines()[0], flush=True)
        stored = site.stored()
        return [outcome(run, stored) for run in runs]
    finally:
        site.end()
        cluster.end()


def _as_json(each: Outcome) -> dict[str, object]:
    values = asdict(each)
    return {"event": each.event} | {name: values[name] for name in HEADINGS} | {"covered": each.covered}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as error:
        sys.exit(f"Error: {error}")
