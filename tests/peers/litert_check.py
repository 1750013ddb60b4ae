"""litert_check.py FOLDER: what LiteRT makes of the models that make_networks wrote.

One line per model; exit 1 when one breaks a rule:
- int8 with int8, uint8 and float input and output: every score of every image is the oracle's, in
  LiteRT's reference kernels; the optimized kernels and XNNPACK round otherwise (docs/tflite.md): how
  often is printed;
- float32: within 1e-5 of the float interpreter, in all three; float16: the same of the interpreter
  with weights rounded to float16, how far that is from float32 is printed; both relative to the
  largest logit where that is above 1;
- dynamic: within 3 % of the largest logit, since hybrid kernels round activations to 8 bits, and the
  same class for 98 % of the images;
- the graph: the expected operators and versions and no other, one code per operator, no tensor or
  buffer unused, 16-byte aligned constants; labels, normalization and runtime version as given.
"""

import io
import json
import pathlib
import sys
import zipfile

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

KERNELS = {
    "reference": OpResolverType.BUILTIN_REF,
    "optimized": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "XNNPACK": OpResolverType.AUTO,
}
NAMES = {value: name for name, value in vars(schema.BuiltinOperator).items()
         if not name.startswith("_")}
# Versions as TFLite's converter gives them (tools/versioning/op_version.cc).
VERSIONS = {
    "int8": {"CONV_2D": 3, "FULLY_CONNECTED": 4, "MAX_POOL_2D": 2, "AVERAGE_POOL_2D": 2},
    "uint8": {"CONV_2D": 3, "FULLY_CONNECTED": 4, "MAX_POOL_2D": 2, "AVERAGE_POOL_2D": 2,
              "QUANTIZE": 1},
    "float": {"CONV_2D": 3, "FULLY_CONNECTED": 4, "MAX_POOL_2D": 2, "AVERAGE_POOL_2D": 2,
              "QUANTIZE": 1, "DEQUANTIZE": 2},
    "float32": {"CONV_2D": 1, "FULLY_CONNECTED": 1, "MAX_POOL_2D": 1, "AVERAGE_POOL_2D": 1},
    "float16": {"CONV_2D": 1, "FULLY_CONNECTED": 1, "MAX_POOL_2D": 1, "AVERAGE_POOL_2D": 1,
                "DEQUANTIZE": 3},
    "dynamic": {"CONV_2D": 5, "FULLY_CONNECTED": 9, "MAX_POOL_2D": 1, "AVERAGE_POOL_2D": 1},
}
RUNTIMES = {"int8": "1.14.0", "uint8": "1.14.0", "float": "1.14.0", "float32": "1.5.0",
            "float16": "1.15.0", "dynamic": "2.4.0"}


class Broken(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Broken(message)


def run(path, images, kernels):
    interpreter = Interpreter(model_path=str(path), num_threads=1,
                              experimental_op_resolver_type=KERNELS[kernels])
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    rows = []
    for image in images:
        interpreter.set_tensor(source, image[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(target)[0].copy())
    return np.array(rows)


def percent(flags):
    return f"{100 * np.count_nonzero(flags) / flags.size:.2f} %"


def check_graph(data, about, kind):
    require(data[4:8] == b"TFL3", "identifier")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    require(model.version == 3 and len(model.subgraphs) == 1, "schema version or subgraphs")
    graph = model.subgraphs[0]
    codes = [(NAMES[code.builtinCode], code.version) for code in model.operatorCodes]
    require(len(set(codes)) == len(codes), "an operator code twice")
    require(all(VERSIONS[kind].get(name) == version for name, version in codes), f"codes {codes}")
    used = {code for code in (op.opcodeIndex for op in graph.operators)}
    require(used == set(range(len(codes))), "an operator code without operator")
    names = [NAMES[model.operatorCodes[op.opcodeIndex].builtinCode] for op in graph.operators]
    body = [name for name in names if "QUANTIZE" not in name]
    pools = about["pools"]
    average = ["AVERAGE_POOL_2D"] if about["average"] else []
    require(body == ["CONV_2D"] + ["MAX_POOL_2D", "CONV_2D"] * pools + average
            + ["FULLY_CONNECTED"], f"operators {body}")
    ends = {"int8": 0, "uint8": 2, "float": 2, "float32": 0, "dynamic": 0,
            "float16": 2 * (pools + 2)}[kind]
    require(len(names) - len(body) == ends, "quantize operators")

    touched = set(graph.inputs) | set(graph.outputs)
    for op in graph.operators:
        touched |= set(op.inputs) | set(op.outputs)
    require(touched == set(range(len(graph.tensors))), "an unused tensor")
    require(len({t.name for t in graph.tensors}) == len(graph.tensors), "a tensor name twice")
    buffers = {t.buffer for t in graph.tensors} | {m.buffer for m in model.metadata} | {0}
    require(buffers == set(range(len(model.buffers))), "an unused buffer")
    view = schema.Model.GetRootAs(data, 0)
    for i in range(view.BuffersLength()):
        buffer = view.Buffers(i)
        if buffer.DataLength() > 0:
            vector = buffer._tab.Vector(buffer._tab.Offset(4))
            require(vector % 16 == 0, f"buffer {i} is not aligned")

    metadata = {m.name.decode(): bytes(model.buffers[m.buffer].data) for m in model.metadata}
    require(set(metadata) == {"min_runtime_version", "TFLITE_METADATA"}, f"metadata {metadata}")
    runtime = metadata["min_runtime_version"]
    require(len(runtime) == 16 and runtime.rstrip(b"\0").decode() == RUNTIMES[kind],
            f"runtime version {runtime}")
    require(metadata["TFLITE_METADATA"][4:8] == b"M001", "metadata identifier")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        require(archive.testzip() is None and archive.namelist() == ["labels.txt"], "archive")
        labels = archive.read("labels.txt").decode().splitlines()
    require(labels == about["labels"], "labels")


def ends_of(kind, pixels, floats):
    return {"int8": (pixels.astype(np.int16) - 128).astype(np.int8), "uint8": pixels}.get(kind, floats)


def check_integers(path, kind, images, scores, about):
    scale, zero = np.float32(about["output_scale"]), about["output_zero_point"]
    expected = {"int8": scores, "uint8": (scores.astype(np.int16) + 128).astype(np.uint8),
                "float": scale * (scores.astype(np.float32) - zero)}[kind]
    told = []
    for kernels in KERNELS:
        got = run(path, images, kernels)
        require(got.dtype == expected.dtype and got.shape == expected.shape, "type or shape")
        if kernels == "reference":
            differing = np.count_nonzero(got != expected)
            require(differing == 0, f"{differing} of {expected.size} scores differ")
            told.append("equal")
        else:
            off = np.abs(got.astype(np.float64) - expected) / (scale if kind == "float" else 1)
            told.append(f"{kernels} {percent(off > 0.5)} by {round(off.max())}")
    return ", ".join(told)


def check_floats(path, kind, images, logits, halves):
    floats, logits = logits, halves if kind == "float16" else logits
    size = float(np.abs(logits).max())
    limit = 0.03 * size if kind == "dynamic" else 1e-5 * max(1.0, size)
    told = []
    for kernels in KERNELS:
        got = run(path, images, kernels)
        error = float(np.abs(got - logits).max())
        require(got.shape == logits.shape and error <= limit, f"{kernels}: {error:.2g} off")
        same = float((got.argmax(1) == logits.argmax(1)).mean())
        require(same >= (0.98 if kind == "dynamic" else 0.99), f"{kernels}: same class {same:.3f}")
        told.append(f"{kernels} {error:.1e}")
    if kind == "float16":
        told[-1] += f", from float32 {np.abs(halves - floats).max():.1e}"
    if kind == "dynamic":
        told[-1] += f", {100 * error / np.abs(logits).max():.1f} % of the largest logit, " \
                    f"same class {100 * same:.1f} %"
    return "largest error " + ", ".join(told)


def main():
    folder = pathlib.Path(sys.argv[1])
    broken = 0
    for about in json.loads((folder / "networks.json").read_text()):
        name = about["name"]
        shape = (about["images"], about["height"], about["width"], about["channels"])
        pixels = np.fromfile(folder / (name + ".pixels"), np.uint8).reshape(shape)
        scores = np.fromfile(folder / (name + ".scores"), np.int8).reshape(shape[0], -1)
        twice = np.fromfile(folder / (name + ".twice"), np.int8).reshape(shape[0], -1)
        logits = np.fromfile(folder / (name + ".logits"), np.float32).reshape(shape[0], -1)
        halves = np.fromfile(folder / (name + ".halves"), np.float32).reshape(shape[0], -1)
        floats = (pixels.astype(np.float32) - np.float32(about["mean"])) * np.float32(about["scale"])
        print(f"{name}: {shape[1]}x{shape[2]}x{shape[3]}, {scores.shape[1]} classes, "
              f"{shape[0]} images, {len(np.unique(scores))} different scores")
        for kind in VERSIONS:
            path = folder / (name + ("" if kind == "int8" else "-" + kind) + ".tflite")
            data = path.read_bytes()
            try:
                check_graph(data, about, kind)
                images = ends_of(kind, pixels, floats)
                told = (check_integers(path, kind, images, scores, about)
                        if kind in ("int8", "uint8", "float")
                        else check_floats(path, kind, images, logits, halves))
                if kind == "int8":
                    told += (f", TFLite Micro's rounding {percent(twice != scores)}"
                             f"; weights and biases {about['weight_bytes']} B of it")
            except Broken as reason:
                told = f"BROKEN: {reason}"
                broken += 1
            print(f"  {kind:8} {len(data):7} B  {told}", flush=True)
    print(f"litert: {broken} models broken" if broken else "litert: all models as promised")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
