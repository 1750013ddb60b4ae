"""install.py CORE_DIR: puts the stand-ins beside this file where PlatformIO looks for packages."""

import json
import pathlib
import shutil
import sys

from platformio.dependencies import get_core_dependencies

here = pathlib.Path(__file__).parent
core = pathlib.Path(sys.argv[1])
shutil.copytree(here / "native", core / "platforms" / "native", dirs_exist_ok=True)
scons = core / "packages" / "tool-scons"
scons.mkdir(parents=True, exist_ok=True)
shutil.copy(here / "scons.py", scons)
version = get_core_dependencies()["tool-scons"].lstrip("~")
(scons / "package.json").write_text(json.dumps({"name": "tool-scons", "version": version}))
(scons / ".piopm").write_text(
    json.dumps(
        {
            "type": "tool",
            "name": "tool-scons",
            "version": version,
            "spec": {"owner": "platformio", "name": "tool-scons"},
        }
    )
)
