"""onnx_check.py FOLDER: what onnx and onnxruntime make of the cases that onnx_cases wrote.

One line per model; exit 1 when one breaks a rule:
- the checker of ONNX accepts it, shapes inferred strictly; IR version, opset, metadata as documented;
- float32: every score within 1e-5 of the float interpreter, relative to the largest;
- int8, any type of ends: every score within MAX_STEPS quantization steps of the integer reference;
  the same class for every image, but for those whose two classes the reference holds to be no
  farther apart than the differences found; of a trained network at most NEAR_TIES of the images.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

MAX_STEPS = 4
NEAR_TIES = 0.005
OPERATORS = {"int8": {"QuantizeLinear", "DequantizeLinear", "Conv", "Relu", "Add", "MaxPool",
                      "GlobalAveragePool", "Flatten", "Gemm"},
             "float32": {"Conv", "Relu", "Add", "MaxPool", "GlobalAveragePool", "Flatten", "Gemm"}}


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def check_file(path, about, kind):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    require(model.ir_version == 7, f"IR version {model.ir_version}")
    require([(o.domain, o.version) for o in model.opset_import] == [("", 13)], "opset is not 13")
    require(model.producer_name == "nanonas" and model.producer_version, "no producer")
    require(model.doc_string, "no description")
    facts = {p.key: p.value for p in model.metadata_props}
    require(json.loads(facts["labels"]) == about["labels"], "labels")
    require(numpy.float32(facts["scale"]) == numpy.float32(about["scale"]), "scale")
    require(int(facts["mean"]) == about["mean"], "mean")
    require(facts["layout"] == "NCHW", "layout")
    used = {node.op_type for node in model.graph.node}
    require(used <= OPERATORS[kind], f"unexpected operators {used - OPERATORS[kind]}")
    names = [node.name for node in model.graph.node]
    require(len(set(names)) == len(names) and all(names), "a node without a name of its own")


def run(path, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # 8-bit products summed exactly also on processors without VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return numpy.concatenate([session.run(["logits"], {"image": images[i:i + 100]})[0]
                              for i in range(0, len(images), 100)])


def check_case(folder):
    about = json.loads((folder / "case.json").read_text())
    classes = len(about["labels"])
    shape = (about["count"], about["height"], about["width"], about["channels"])
    pixels = numpy.fromfile(folder / "images.bin", numpy.uint8).reshape(shape).transpose(0, 3, 1, 2)
    expected = numpy.fromfile(folder / "int8.bin", numpy.int8).reshape(-1, classes).astype(int)
    floats = numpy.fromfile(folder / "float.bin", numpy.float32).reshape(-1, classes)
    normalized = ((pixels.astype(numpy.int32) - about["mean"]).astype(numpy.float32)
                  * numpy.float32(about["scale"]))
    ends = {"uint8": pixels, "int8": (pixels.astype(int) - 128).astype(numpy.int8),
            "float": normalized, "float32": normalized}
    for name, images in ends.items():
        path = str(folder / f"{name}.onnx")
        check_file(path, about, "float32" if name == "float32" else "int8")
        scores = run(path, numpy.ascontiguousarray(images))
        require(scores.shape == expected.shape, f"scores of shape {scores.shape}")
        if name == "float32":
            worst = float(numpy.abs(scores - floats).max() / numpy.abs(floats).max())
            same = int((scores.argmax(1) == floats.argmax(1)).sum())
            yield name, f"largest difference {worst:.1e}, same class {same} of {len(scores)}"
            require(worst <= 1e-5, f"float32 differs by {worst:.1e}")
            continue
        if name == "float":
            steps = scores / numpy.float32(about["output_scale"]) + about["output_zero_point"]
            scores = numpy.rint(steps)
        scores = scores.astype(int) - (128 if name == "uint8" else 0)
        apart = numpy.abs(scores - expected)
        ours, theirs = expected.argmax(1), scores.argmax(1)
        rows = numpy.arange(len(scores))
        lead = expected[rows, ours] - expected[rows, theirs]
        other = int((ours != theirs).sum())
        yield name, (f"largest difference {apart.max()} steps, {100 * (apart > 0).mean():.2f} % of "
                     f"scores differ, same class {len(scores) - other} of {len(scores)}")
        require(apart.max() <= MAX_STEPS, f"{apart.max()} steps apart")
        require((lead <= apart[rows, ours] + apart[rows, theirs]).all(), "another class although the reference is sure")
        require(other <= NEAR_TIES * len(scores) or not about["trained"],
                f"another class for {other} images")


def main():
    failures = 0
    for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        try:
            for name, text in check_case(folder):
                print(f"{folder.name}/{name}.onnx: {text}")
        except Exception as error:  # the next model is still worth a line
            failures += 1
            print(f"{folder.name}: FAILED: {error}")
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}: "
          f"{failures or 'no'} case{'' if failures == 1 else 's'} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
