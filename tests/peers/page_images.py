"""Three classes of small coloured pictures: page_images.py FOLDER."""

import random
import sys
from pathlib import Path

SIDE, EACH = 16, 30


def main() -> None:
    draw = random.Random(1)
    for label, name in enumerate(("rot & grün", "<blau>", "gelb")):
        folder = Path(sys.argv[1]) / name
        folder.mkdir(parents=True)
        for index in range(EACH):
            pixels = bytes(
                min(255, 60 + 70 * (channel == label) + draw.randrange(120))
                for _ in range(SIDE * SIDE)
                for channel in range(3)
            )
            (folder / f"{index}.ppm").write_bytes(b"P6 %d %d 255\n" % (SIDE, SIDE) + pixels)


main()
