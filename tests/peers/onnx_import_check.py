"""onnx_import_check.py RUN_ONNX FOLDER: networks of PyTorch, exported as ONNX in both ways, as floats and quantized by
onnxruntime, on our interpreters and in onnxruntime: 1,000 inputs each.

One line per file; exit 1 when one breaks a rule:
- float: every score within 1e-4 of onnxruntime's, relative to the largest;
- QDQ: every byte within MAX_STEPS of onnxruntime's, at least EQUAL of them the same.
"""

import pathlib
import subprocess
import sys
import warnings

import numpy
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

COUNT = 1000
MAX_STEPS = 4
EQUAL = 0.65
SCALE, MEAN = numpy.float32(1 / 128), 128


def conv(inputs, outputs, kernel, stride=1, groups=1, padding=None):
    padding = kernel // 2 if padding is None else padding
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
                         nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    """ResNet: shortcuts, one of them a 1x1 convolution by stride 2, and a padded max pool."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, 3, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.one, self.two = conv(8, 8, 3), conv(8, 8, 3)
        self.down, self.three, self.short = conv(8, 16, 3, 2), conv(16, 16, 3), conv(8, 16, 1, 2)
        self.last = nn.Linear(16, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.stem(x)))
        x = torch.relu(x + self.two(torch.relu(self.one(x))))
        x = torch.relu(self.short(x) + self.three(torch.relu(self.down(x))))
        return self.last(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class Inverted(nn.Module):
    """MobileNetV2: ReLU6, depthwise convolutions, an inverted residual; a mean over two dimensions."""

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 8, 3, 2)
        self.widen, self.depth, self.narrow = conv(8, 24, 1), conv(24, 24, 3, 1, 24), conv(24, 8, 1)
        self.widen2, self.depth2, self.narrow2 = conv(8, 24, 1), conv(24, 24, 3, 2, 24), conv(24, 12, 1)
        self.dropout = nn.Dropout(0.2)
        self.last = nn.Linear(12, 5)

    def forward(self, x):
        relu6 = nn.functional.relu6
        x = relu6(self.stem(x))
        x = x + self.narrow(relu6(self.depth(relu6(self.widen(x)))))
        x = self.narrow2(relu6(self.depth2(relu6(self.widen2(x)))))
        return self.last(self.dropout(x.mean([2, 3])))


class Flattened(nn.Module):
    """LeNet: maps flattened channels first, dense layers, average pools with counted padding, softmax."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 10, (3, 5))
        self.dense, self.norm, self.last = nn.Linear(10 * 5 * 3, 20), nn.BatchNorm1d(20), nn.Linear(20, 7)

    def forward(self, x):
        x = nn.functional.avg_pool2d(torch.relu(self.one(x)), 3, 2, 1)
        x = nn.functional.max_pool2d(torch.relu(self.two(x)), 2)
        x = x.view(x.size(0), -1)
        return torch.softmax(self.last(torch.relu(self.norm(self.dense(x)))), 1)


class Unfolded(nn.Module):
    """Pre-activation: batch norms and ReLUs that no convolution can take, explicit pads, constants."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, padding=1)
        self.norm, self.one = nn.BatchNorm2d(6), nn.Conv2d(6, 6, 3, padding=1, bias=False)
        self.norm2, self.two = nn.BatchNorm2d(6), nn.Conv2d(6, 6, 3, 2)
        self.register_buffer("scale", torch.rand(6, 1, 1) + 0.5)
        self.last = nn.Linear(6, 4)

    def forward(self, x):
        x = self.stem((x + 0.1) * 0.6)
        x = x + self.one(torch.relu(self.norm(x)))
        x = self.two(nn.functional.pad(torch.relu(self.norm2(x)), (0, 1, 0, 1)))
        x = nn.functional.max_pool2d(torch.relu(x * self.scale), 2, ceil_mode=True)
        return self.last(x.mean((2, 3)))


class Steps(nn.Module):
    """1-D: convolutions over steps, as of an accelerometer."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv1d(6, 12, 5, 2, 2), nn.Conv1d(12, 12, 3, padding=1, groups=12)
        self.three, self.last = nn.Conv1d(12, 16, 1), nn.Linear(16 * 10, 3)

    def forward(self, x):
        x = torch.relu(self.three(self.two(torch.relu(self.one(x)))))
        return self.last(torch.flatten(nn.functional.max_pool1d(x, 2), 1))


class Autoencoder(nn.Module):
    """Dense layers alone."""

    def __init__(self):
        super().__init__()
        sizes = [40, 24, 6, 24, 40]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


NETWORKS = {"residual": (Residual, (3, 33, 32)), "inverted": (Inverted, (3, 32, 29)),
            "flattened": (Flattened, (1, 24, 20)), "unfolded": (Unfolded, (3, 17, 18)),
            "steps": (Steps, (6, 40)), "dense": (Autoencoder, (40,))}


def trained(build, shape, seed):
    """Random weights; batch norms that have seen images."""
    torch.manual_seed(seed)
    network = build()
    for each in network.modules():
        if isinstance(each, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(each.weight, 0.5, 1.5)
            nn.init.uniform_(each.bias, -0.3, 0.3)
    network.train()
    for _ in range(20):
        network(torch.rand(64, *shape) * 2 - 1)
    return network.eval()


def pixels_of(shape, seed):
    """Blurred noise, [count, channels, ...]."""
    random = numpy.random.default_rng(seed)
    noise = random.normal(0, 1, (COUNT, *shape))
    for axis in range(2, noise.ndim):
        noise = noise + numpy.roll(noise, 1, axis) + numpy.roll(noise, 2, axis)
    noise = noise / noise.std() * 50 + random.uniform(90, 166, (COUNT, *[1] * len(shape)))
    return noise.clip(0, 255).astype(numpy.uint8)


class Reader(CalibrationDataReader):
    def __init__(self, name, values):
        self.rows = iter([{name: values[i:i + 50]} for i in range(0, 200, 50)])

    def get_next(self):
        return next(self.rows, None)


def in_onnxruntime(path, values):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return numpy.concatenate([session.run(None, {name: values[i:i + 50]})[0]
                              for i in range(0, COUNT, 50)])


def with_stored_scores(path, target):
    """The same file ending in its last bytes, where a DequantizeLinear ends it (before a softmax in floats)."""
    model = onnx.load(path)
    makers = {node.output[0]: node for node in model.graph.node}
    last = makers[model.graph.output[0].name]
    while last.op_type != "DequantizeLinear":
        last = makers[last.input[0]]
    kind = next(t.data_type for t in model.graph.initializer if t.name == last.input[2])
    model.graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info(last.input[0], kind, None))
    onnx.save(model, target)
    return 128 if kind == onnx.TensorProto.UINT8 else 0


def ours(run_onnx, path, pixels, folder):
    last = pixels.transpose(0, *range(2, pixels.ndim), 1)
    (folder / "images.bin").write_bytes(numpy.ascontiguousarray(last).tobytes())
    done = subprocess.run([run_onnx, path, folder / "images.bin", folder / "scores.bin", repr(float(SCALE)), str(MEAN)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.strip())
    facts = done.stdout.split()
    kind = numpy.float32 if facts[0] == "float" else numpy.int8
    return facts, numpy.fromfile(folder / "scores.bin", kind).reshape(COUNT, -1)


def softmax(scores):
    powers = numpy.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def check_float(run_onnx, path, pixels, folder, ends_in_softmax):
    values = (pixels.astype(numpy.float32) - MEAN) * SCALE
    expected = in_onnxruntime(path, values)
    facts, scores = ours(run_onnx, path, pixels, folder)
    if facts[0] != "float":
        raise AssertionError("read as quantized")
    scores = softmax(scores) if ends_in_softmax else scores
    worst = float(numpy.abs(scores - expected).max() / numpy.abs(expected).max())
    text = f"largest difference {worst:.1e}"
    if not worst <= 1e-4:
        raise AssertionError(text)
    return text


def check_quantized(run_onnx, path, pixels, folder):
    facts, scores = ours(run_onnx, path, pixels, folder)
    if facts[0] != "int8":
        raise AssertionError("read as floats")
    # A pixel is one step of the input: the floats that become these very bytes.
    values = (pixels.astype(numpy.float32) - (float(facts[4]) + 128)) * numpy.float32(facts[3])
    stored = str(folder / "stored.onnx")
    shift = with_stored_scores(path, stored)
    expected = in_onnxruntime(stored, values.astype(numpy.float32)).astype(int) - shift
    apart = numpy.abs(scores - expected)
    equal = float((apart == 0).mean())
    same = int((scores.argmax(1) == expected.argmax(1)).sum())
    text = (f"{100 * equal:.2f} % of bytes equal, largest difference {apart.max()}, "
            f"same class {same} of {COUNT}")
    if apart.max() > MAX_STEPS or equal < EQUAL:
        raise AssertionError(text)
    return text


def export(network, shape, path, dynamo):
    values = torch.rand(2, *shape)
    arguments = {"input_names": ["image"], "output_names": ["scores"], "dynamo": dynamo}
    if dynamo:
        torch.onnx.export(network, (values,), path, dynamic_shapes=({0: torch.export.Dim("images")},),
                          verbose=False, **arguments)
    else:
        torch.onnx.export(network, (values,), path, dynamic_axes={"image": {0: "images"}}, opset_version=13, **arguments)


def check_network(run_onnx, folder, name):
    build, shape = NETWORKS[name]
    network = trained(build, shape, len(name))
    pixels = pixels_of(shape, len(name))
    values = (pixels.astype(numpy.float32) - MEAN) * SCALE
    for way in ("torchscript", "dynamo"):
        path = str(folder / f"{name}-{way}.onnx")
        export(network, shape, path, way == "dynamo")
        yield f"{name}-{way}.onnx", lambda: check_float(run_onnx, path, pixels, folder, name == "flattened")
        for kind in ("uint8", "int8"):
            for per_channel in (True, False):
                quantized = str(folder / f"{name}-{way}-{kind}{'' if per_channel else '-tensor'}.onnx")
                if way == "dynamo" and not per_channel:
                    continue

                def check():
                    whole = path + ".whole"  # in one file
                    onnx.save(onnx.load(path), whole)
                    quant_pre_process(whole, path + ".pre", skip_symbolic_shape=True)
                    quantize_static(path + ".pre", quantized, Reader("image", values), quant_format=QuantFormat.QDQ,
                                    activation_type=QuantType.QUInt8 if kind == "uint8" else QuantType.QInt8,
                                    weight_type=QuantType.QInt8, per_channel=per_channel)
                    return check_quantized(run_onnx, quantized, pixels, folder)
                yield pathlib.Path(quantized).name, check


def main():
    warnings.filterwarnings("ignore")
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    failures = 0
    for name in sys.argv[3:] or NETWORKS:
        for file, check in check_network(sys.argv[1], folder, name):
            try:
                print(f"{file}: {check()}", flush=True)
            except Exception as error:  # the next file is still worth a line
                failures += 1
                print(f"{file}: FAILED: {str(error) or type(error).__name__}", flush=True)
    print(f"torch {torch.__version__}, onnxruntime {onnxruntime.__version__}: {failures or 'no'} files failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
