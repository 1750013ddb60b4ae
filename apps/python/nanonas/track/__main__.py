"""``python3 -m nanonas.track RUN... --to NAME``: what ``nanonas track`` starts.

One JSON document on standard output; what the trackers print goes to standard error."""

import argparse
import contextlib
import json
import sys
from dataclasses import asdict

from ..errors import Error
from . import TRACKERS, track


def main() -> int:
    parser = argparse.ArgumentParser(prog="nanonas.track", allow_abbrev=False)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--to", required=True, metavar="NAME", help=", ".join(TRACKERS))
    parser.add_argument("--uri")
    parser.add_argument("--experiment", default="nanonas", metavar="NAME")
    asked = parser.parse_args()
    try:
        with contextlib.redirect_stdout(sys.stderr):
            tracked = track(*asked.runs, to=asked.to, uri=asked.uri, experiment=asked.experiment)
    except Error as error:
        print(f"nanonas: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nanonas: interrupted; the same again goes on", file=sys.stderr)
        return 130
    print(json.dumps([asdict(each) for each in tracked]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
