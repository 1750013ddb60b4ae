"""make_pytorch_corpus.py MODULE.pt: writes tests/fuzz/corpus/pytorch, with PyTorch 2.13.

MODULE.pt is the network of tests/export/pytorch/small_state.hpp as `nanonas export --format
torchscript` writes it. Value i of every tensor is (i + 1) / 8, which all types of floats hold.
"""

import collections
import pathlib
import sys

import torch

FOLDER = pathlib.Path(__file__).parent / "corpus" / "pytorch"
SHAPES = {"stem.conv.weight": (2, 3, 3, 3), "stem.bn.weight": (2,), "stem.bn.bias": (2,),
          "stem.bn.running_mean": (2,), "stem.bn.running_var": (2,),
          "classifier.weight": (2, 2), "classifier.bias": (2,)}


def state(dtype=torch.float32):
    tensors = collections.OrderedDict()
    for name, shape in SHAPES.items():
        count = torch.Size(shape).numel()
        tensors[name] = (torch.arange(1, count + 1) / 8).to(dtype).reshape(shape)
    return tensors


def save(name, value, **options):
    torch.save(value, FOLDER / name, **options)


def main():
    FOLDER.mkdir(exist_ok=True)
    save("float32.pt", state())
    save("float64.pt", state(torch.float64))
    save("float16.pt", state(torch.float16))
    save("bfloat16.pt", state(torch.bfloat16))

    whole = state()
    whole["stem.bn.num_batches_tracked"] = torch.tensor(7)
    whole["stem.conv.weight"] = whole["stem.conv.weight"].to(memory_format=torch.channels_last)
    storage = torch.arange(100, dtype=torch.float32) / 8
    whole["classifier.weight"] = storage[1:5].reshape(2, 2)  # a part of a larger storage
    whole = {name: torch.nn.Parameter(tensor) if name.startswith("classifier") else tensor
             for name, tensor in whole.items()}
    save("views.pt", whole)

    without = state()
    del without["stem.bn.bias"]
    save("missing.pt", without)
    save("prefixed.pt", {"module." + name: tensor for name, tensor in state().items()})
    save("unknown.pt", {**state(), "extra": torch.zeros(2)})
    save("shape.pt", {**state(), "classifier.weight": torch.zeros(2, 3)})
    save("integers.pt", {**state(), "stem.bn.bias": torch.zeros(2, dtype=torch.int64)})
    save("not_finite.pt", {**state(), "classifier.bias": torch.tensor([1.0, float("nan")])})
    save("too_large.pt", {**state(), "classifier.bias": torch.tensor([1.0, 1e300]).double()})
    save("checkpoint.pt", {"model": state(), "epoch": 3})
    save("python_module.pt", torch.nn.Conv2d(3, 2, 3))
    save("legacy.pt", state(), _use_new_zipfile_serialization=False)
    save("protocol4.pt", state(), pickle_protocol=4)
    bytes = (FOLDER / "float32.pt").read_bytes()
    (FOLDER / "cut.pt").write_bytes(bytes[: len(bytes) // 2])
    at = bytes.index(b"classifier.bias")
    (FOLDER / "damaged.pt").write_bytes(bytes[:at] + b"C" + bytes[at + 1 :])

    module = torch.jit.load(sys.argv[1])
    module.load_state_dict(state())
    module.save(str(FOLDER / "torchscript.pt"))


main()
