"""schema_check.py PROGRAM: the JSON Schemas that PROGRAM prints against a validator and against PROGRAM.

Every shipped file is valid. Of each key, values at the ends of its range, beside them, of every other
type, known and unknown names: the validator takes those that the program takes, and no other.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

PROGRAM = sys.argv[1]
CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../configs")
ANY = [True, 0, -1, 2.5, "", "no such name", None, [], {}]


def run(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True)


def validator(name):
    printed = run("schema", name)
    assert printed.returncode == 0, printed.stderr
    schema = json.loads(printed.stdout)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def tries(schema):
    """Values worth trying for a property."""
    values = list(ANY)
    for part in schema.get("anyOf", [schema]):
        values += part.get("enum", [])
        for bound in ("minimum", "maximum"):
            if bound in part:
                at = part[bound]
                step = 1 if isinstance(at, int) else max(abs(at) * 1e-3, 1e-12)
                values += [at, at - step, at + step]
        if "pattern" in part:  # a size
            values += ["40KiB", "1MiB", "12B", "12", "0", "40KB", "4.5KiB", "-1", " 1"]
    if "default" in schema:
        values.append(schema["default"])
    return values


# What else the program asks of these texts a schema does not say: tried by hand.
TEXTS = {
    "final-val-split": ["auto", "0.1"],
    "input": ["50x50x3"],
    "arch": ["6,4"],
    "augment": ["auto", "none", "flip,shift=1"],
    "name": ["flowers"],
}


def program_takes(arguments, key, work, value):
    """Whether the program's reader finds no fault with the key."""
    file = os.path.join(work, "a.json")
    with open(file, "w") as stream:
        json.dump(value, stream)
    ran = run(*arguments, file)
    assert ran.returncode in (0, 2, 3), (value, ran.returncode, ran.stderr)
    faults = (f"{file}: /{key}", f"{file}: '{key}' is missing")
    refused = ran.returncode == 2 and ran.stderr.startswith(tuple("nanonas: " + fault for fault in faults))
    assert not refused or ran.stderr.count("\n") == 1, ran.stderr
    return not refused


def compare(kind, base, arguments, work):
    check = validator(kind)
    count = 0
    properties = check.schema["properties"]

    def same(key, value):
        nonlocal count
        document = {**base, key: value}
        valid, taken = check.is_valid(document), program_takes(arguments, key, work, document)
        # A text may be refused for what no schema says: a name that is no C identifier.
        free_text = isinstance(value, str) and key in check.schema["properties"] and \
            properties[key].get("type") == "string" and "enum" not in properties[key]
        assert valid == taken or (free_text and valid), f"{kind}: {document}: valid {valid}, taken {taken}"
        count += 1
        return valid

    for key, schema in properties.items():
        if key == "sources" or key == "aliases":
            continue
        verdicts = [same(key, value) for value in TEXTS.get(key, []) + tries(schema)]
        assert True in verdicts and False in verdicts, key
    assert not same("no-such-key", 1)
    assert not same(next(iter(properties)).upper(), "x")
    return check, count


def main():
    with tempfile.TemporaryDirectory() as work:
        search, searches = compare(
            "search", {}, ["profile", "--arch", "1,0", "--input", "8x8x1", "--config"], work)
        board = {"name": "a", "ram_bytes": 65536, "flash_bytes": 65536}
        target, targets = compare("target", board, ["targets", "--file"], work)
        for key, value in (("sources", {"ram_bytes": "a"}), ("sources", {"ram": "a"}), ("sources", {"core": 1}),
                           ("aliases", ["a"]), ("aliases", [""]), ("aliases", "a")):
            document = {**board, key: value}
            taken = program_takes(["targets", "--file"], key, work, document)
            assert target.is_valid(document) == taken, document
        for key in board:
            less = {name: value for name, value in board.items() if name != key}
            assert not target.is_valid(less) and not program_takes(["targets", "--file"], key, work, less)
        # What a run writes is a config, too.
        written = os.path.join(work, "run")
        table = os.path.join(work, "scores.csv")
        with open(table, "w") as stream:
            stream.write("k,c,score\n1,0,0.5\n2,0,0.6\n")
        ran = run("search", "--scores", table, "--search-only", "--quiet", "--out", written)
        assert ran.returncode == 0, ran.stderr
        with open(os.path.join(written, "config.json")) as stream:
            search.validate(json.load(stream))
    shipped = 0
    for folder, check in (("searches", search), ("targets", target)):
        files = glob.glob(os.path.join(CONFIGS, folder, "*.json"))
        assert files, folder
        for file in files:
            with open(file) as stream:
                check.validate(json.load(stream))
        shipped += len(files)
    print(f"schema: {shipped} shipped files are valid; validator and program agree on "
          f"{searches} configs and {targets} targets")


main()
