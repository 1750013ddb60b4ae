"""zephyr_check.py MODULE OUTPUT: the module's Kconfig and YAML files as Zephyr's tools read them.

OUTPUT holds what the sample printed; sample.yaml's expressions must find it, line by line in order,
as Twister's console harness does.
"""

import os
import pathlib
import re
import sys

import kconfiglib
import pykwalify.core
import yaml

# What our files use of Zephyr's own schemas (scripts/zephyr_module.py, the testsuite schema).
MODULE = {
    "type": "map",
    "mapping": {
        "name": {"type": "str", "required": True},
        "build": {
            "type": "map",
            "required": True,
            "mapping": {
                "cmake": {"type": "str", "required": True},
                "kconfig": {"type": "str", "required": True},
            },
        },
        "samples": {"type": "seq", "required": True, "sequence": [{"type": "str"}]},
    },
}
HARNESS = {
    "type": "map",
    "mapping": {
        "type": {"type": "str", "enum": ["one_line", "multi_line"]},
        "ordered": {"type": "bool"},
        "regex": {"type": "seq", "required": True, "sequence": [{"type": "str"}]},
    },
}
SAMPLE = {
    "type": "map",
    "mapping": {
        "sample": {
            "type": "map",
            "mapping": {
                "name": {"type": "str", "required": True},
                "description": {"type": "str"},
            },
        },
        "tests": {
            "type": "map",
            "required": True,
            "matching-rule": "any",
            "mapping": {
                "regex;([a-zA-Z0-9_.]+)": {
                    "type": "map",
                    "mapping": {
                        "tags": {"type": "str"},
                        "harness": {"type": "str", "enum": ["console"]},
                        "harness_config": HARNESS,
                        "integration_platforms": {"type": "seq", "sequence": [{"type": "str"}]},
                    },
                }
            },
        },
    },
}


def load(path, schema):
    document = yaml.safe_load(path.read_text())
    pykwalify.core.Core(source_data=document, schema_data=schema).validate()
    return document


def check(module, output):
    description = load(module / "zephyr/module.yml", MODULE)
    assert (module / description["build"]["cmake"] / "CMakeLists.txt").is_file()

    os.environ["KCONFIG_WARN_UNDEF"] = "y"
    kconfig = kconfiglib.Kconfig(str(module / description["build"]["kconfig"]))
    assert not kconfig.warnings, kconfig.warnings
    symbols = {symbol.name for symbol in kconfig.unique_defined_syms}
    enabling = "NANONAS_" + description["name"].upper()
    assert symbols == {enabling, enabling + "_ROWS_ONLY"}, symbols

    samples = [s for root in description["samples"] for s in (module / root).rglob("sample.yaml")]
    assert samples
    for sample in samples:
        settings = (sample.parent / "prj.conf").read_text().split()
        assert f"CONFIG_{enabling}=y" in settings
        for name, test in load(sample, SAMPLE)["tests"].items():
            lines = iter(output.splitlines())
            for expression in test["harness_config"]["regex"]:
                found = any(re.search(expression, line) for line in lines)
                assert found, f"{sample}: {name}: {expression} not in order in {output!r}"
    return len(samples)


module = pathlib.Path(sys.argv[1])
count = check(module, pathlib.Path(sys.argv[2]).read_text())
print(f"zephyr: module.yml, Kconfig (kconfiglib {kconfiglib.VERSION[0]}.{kconfiglib.VERSION[1]}), "
      f"prj.conf and sample.yaml of {count} sample read; its output is the one expected")
