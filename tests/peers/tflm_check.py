"""Runs the models of tflm_cases in TensorFlow Lite Micro's interpreter and checks the figures told
before training: tflm_check.py FOLDER. One line per network; exit code 1 on a breach.

The package computes with reference kernels on 64-bit structures, so that its arena is compared
with the replay's figures for those; the same replay with 32-bit structures prices the devices.
"""

import json
import pathlib
import sys

import numpy as np
from tflm_arena import breaches, interpreter


def outputs(engine, pixels):
    """Scores of every image, run in the smallest arena: a structure that overlapped a tensor would
    show."""
    scores = []
    for image in pixels:
        engine.set_input((image.astype(np.int16) - 128).astype(np.int8)[np.newaxis], 0)
        engine.invoke()
        scores.append(engine.get_output(0).ravel().copy())
    return np.array(scores)


def check(folder, case):
    model = (folder / (case["name"] + ".tflite")).read_bytes()
    shape = [case["images"], *case["input"]]
    pixels = np.fromfile(folder / (case["name"] + ".pixels"), np.uint8).reshape(shape)
    expected, once = (
        np.fromfile(folder / (case["name"] + suffix), np.int8).reshape(case["images"], -1)
        for suffix in (".scores", ".once")
    )
    told = case["host"]
    problems = []
    if len(model) != case["file_bytes"]:
        problems.append(f"file {len(model)} B, told {case['file_bytes']} B")
    engine, log = interpreter(model, told["arena"])
    if engine is None:
        problems.append(f"arena {told['arena']} B: refused the model: " + log.strip())
    else:
        scores = outputs(engine, pixels)
        wrong = np.count_nonzero((scores != expected).any(axis=1))
        if wrong:
            problems.append(f"{wrong} images differ from the oracle")
        if np.abs(scores.astype(int) - once).max() > 1:
            problems.append("a score differs by more than the dense layer's second rounding")
        problems += breaches(model, engine, told)
    off = np.count_nonzero(expected != once)
    size = "x".join(map(str, case["input"]))
    print(
        f"{case['name']:9} {size:9} {case['classes']:3} classes, {len(pixels):4} images, "
        f"file {len(model):6} B, arena {told['arena']:6} B here, 32-bit {case['reference']:6} B "
        f"({case['cmsis_nn']:6} B CMSIS-NN): "
        + ("; ".join(problems) or f"equal ({off} of {once.size} scores one step off LiteRT's)")
    )
    return not problems


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = json.loads((folder / "cases.json").read_text())
    passed = sum([check(folder, case) for case in cases])
    print(f"tflm: {passed} of {len(cases)} networks: outputs, arena and file to the byte")
    return 0 if cases and passed == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
