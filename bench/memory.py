"""How much memory the PDF of so many lines takes at most, in any process: `python -m bench.memory 5000` prints it in MB."""

import os
import re
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from subprocess import PIPE, run

import django


def peak(lines: int) -> int:
    """In MB, as processes that have drawn nothing before need them."""
    command = [sys.executable, "-m", "bench.memory", str(lines)]
    return int(run(command, stdout=PIPE, check=True, text=True).stdout)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "improvement_budget.settings")
    django.setup()
    from printing import pool
    from reports.table.appendix import rules as pdf
    from tests.reports.schedules import many, schedule

    pdf.render(schedule(many(int(sys.argv[1]))))
    pool._beside(os.getpid()).shutdown()  # what a process needed is known when it has ended
    print(max(_own_peak(), getrusage(RUSAGE_CHILDREN).ru_maxrss) // 1024)


def _own_peak() -> int:
    """In kB. Of itself getrusage tells the peak of whoever started this process, if that was more."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    assert found
    return int(found[1])


if __name__ == "__main__":
    main()
