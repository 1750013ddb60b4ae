"""What PyTorch makes of our TorchScript modules, and we of what PyTorch saves.

torch_check.py cases FOLDER: every module that torch_cases wrote: its logits against the float
    interpreter's (within 1e-5 of the largest), gradients for every parameter.
torch_check.py change NET.pt OUT: the module trained for some steps on noise, saved as OUT/state.pt
    (state_dict), OUT/half.pt (float16) and OUT/module.pt (TorchScript).
torch_check.py took OUT QUANTIZED.pt [HALF]: QUANTIZED.pt answers as OUT/module.pt does; or, with
    HALF, as it does with its weights rounded to float16.
"""

import json
import pathlib
import sys

import torch

TOLERANCE = 1e-5


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def load(path):
    extra = {"nanonas.json": ""}
    module = torch.jit.load(str(path), _extra_files=extra)
    return module, json.loads(extra["nanonas.json"])


def numbers(path, dtype):
    return torch.frombuffer(bytearray(path.read_bytes()), dtype=dtype)


def apart(ours, theirs):
    return float((ours - theirs).abs().max() / ours.abs().max())


def noise(facts, count):
    height, width, channels = facts["network"]["input"]
    return torch.randint(0, 256, (count, channels, height, width), dtype=torch.uint8,
                         generator=torch.Generator().manual_seed(3))


def check_case(folder):
    about = json.loads((folder / "case.json").read_text())
    module, facts = load(folder / "net.pt")
    require(module.labels == about["labels"] == facts["labels"], "labels")
    require(torch.tensor(facts["preprocess"]["scale"]) == torch.tensor(about["scale"])
            and facts["preprocess"]["mean"] == about["mean"], "pre-processing")
    require(not module.training, "saved in training mode")
    pixels = numbers(folder / "images.bin", torch.uint8).reshape(
        about["count"], about["height"], about["width"], about["channels"]).permute(0, 3, 1, 2)
    expected = numbers(folder / "float.bin", torch.float32).reshape(about["count"], -1)
    with torch.inference_mode():
        logits = module(pixels)
    require(logits.shape == expected.shape, f"logits of shape {tuple(logits.shape)}")
    worst = apart(expected, logits)
    same = int((expected.argmax(1) == logits.argmax(1)).sum())
    require(worst <= TOLERANCE, f"differs by {worst:.1e}")
    try:
        module(pixels.float() / 255)
        raise AssertionError("takes pixels that are no uint8")
    except torch.jit.Error as error:
        require("expected raw pixels" in str(error), f"refuses with {error}")
    module.train()
    torch.nn.functional.cross_entropy(module(pixels), expected.argmax(1)).backward()
    for name, parameter in module.named_parameters():
        require(parameter.grad is not None, f"{name} has no gradient")
    return f"largest difference {worst:.1e}, same class {same} of {len(logits)}"


def cases(folder):
    failures = 0
    for case in sorted(pathlib.Path(folder).iterdir()):
        try:
            print(f"{case.name}/net.pt: {check_case(case)}")
        except Exception as error:  # the next module is still worth a line
            failures += 1
            print(f"{case.name}: FAILED: {error}")
    print(f"torch {torch.__version__}: {failures or 'no'} case{'' if failures == 1 else 's'} failed")
    return 1 if failures else 0


def change(path, out):
    torch.manual_seed(1)
    module, facts = load(path)
    pixels = noise(facts, 64)
    targets = torch.randint(0, len(module.labels), (64,))
    module.train()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    for _ in range(5):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(pixels), targets).backward()
        optimizer.step()
    module.eval()
    for name, value in module.state_dict().items():
        require(not torch.equal(value, before[name]), f"{name} was not trained")
    out = pathlib.Path(out)
    torch.save(module.state_dict(), out / "state.pt")
    torch.save({name: value.half() for name, value in module.state_dict().items()},
               out / "half.pt")
    module.save(str(out / "module.pt"))
    return 0


def took(out, path, half=""):
    changed = torch.jit.load(str(pathlib.Path(out) / "module.pt"))
    if half:
        changed.load_state_dict({name: value.half().float()
                                 for name, value in changed.state_dict().items()})
    again, facts = load(path)
    pixels = noise(facts, 100)
    with torch.inference_mode():
        ours, theirs = changed(pixels), again(pixels)
    require(torch.equal(ours, theirs), f"answers differ by {apart(ours, theirs):.1e}")
    print(f"{pathlib.Path(path).parent.name}: trained on in PyTorch, back with every bit; "
          f"{facts['provenance']['weights']} in its provenance")
    return 0


if __name__ == "__main__":
    sys.exit({"cases": cases, "change": change, "took": took}[sys.argv[1]](*sys.argv[2:]))
