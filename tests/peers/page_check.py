"""Pages in headless Chromium: page_check.py AXE PAGE [PAGE...]

Each page is loaded as it is, for its console and the addresses it asks for, and with axe-core, without the policy
that forbids scripts, for accessibility. Exits 1 with a line for each fault.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CHROMIUM = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SCREENS = {"screen": "1200,900", "telephone": "500,900"}  # Chromium makes no window narrower than 500
SCHEMES = {"light": "1", "dark": "0"}
SECONDS = 120
RESULT = re.compile(r'<pre id="axe">(.*?)</pre>', re.S)
RUN_AXE = """
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = found.violations.map(v => v.id + ": " + v.help + " at " + v.nodes[0].target);
  told.unshift(found.passes.length > 5 ? "ran" : "did not run");
  if (document.documentElement.scrollWidth > window.innerWidth) told.push("wider than the window");
  const pre = document.createElement("pre");
  pre.id = "axe";
  pre.textContent = JSON.stringify(told);
  document.body.appendChild(pre);
});
"""


def chromium(*words: str) -> subprocess.CompletedProcess:
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [*CHROMIUM, f"--user-data-dir={profile}", *words],
            capture_output=True, text=True, timeout=SECONDS, check=True,
        )


def console_and_requests(page: Path, folder: Path) -> list[str]:
    log = folder / "net.json"
    loaded = chromium(
        "--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom", page.resolve().as_uri()
    )
    faults = [line for line in loaded.stderr.splitlines() if ":CONSOLE" in line]
    text = page.read_text(encoding="utf-8")
    faults += [f"names {address}" for address in re.findall(r'(?:src|href|url)="?\(?(?!data:|#)[^">)]+', text)]
    asked = set(re.findall(r'"url":"(https?://[^"]+)"', log.read_text(encoding="utf-8", errors="replace")))
    # What the browser itself asks its maker for is no request of the page.
    faults += [f"asks for {url}" for url in sorted(asked) if "google" not in url and "gvt1" not in url]
    if "<main>" not in loaded.stdout:
        faults.append("is not shown")
    return faults


def accessibility(page: Path, axe: str, folder: Path, screen: str, scheme: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    without_policy = re.sub(r"<meta http-equiv=[^>]*>", "", text)
    assert without_policy != text, "the page has no policy"
    opened = without_policy.replace("<details>", "<details open>")
    copy = folder / "axe.html"
    copy.write_text(
        opened.replace("</body>", f"<script>{axe}</script><script>{RUN_AXE}</script></body>"), encoding="utf-8"
    )
    shown = chromium(
        f"--window-size={SCREENS[screen]}", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
        "--virtual-time-budget=60000", "--dump-dom", copy.as_uri(),
    )
    result = RESULT.search(shown.stdout)
    if result is None:
        return ["axe did not end"]
    ran, *violations = json.loads(result[1].replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&"))
    return violations if ran == "ran" else [ran]


def main() -> int:
    axe = Path(sys.argv[1]).read_text(encoding="utf-8")
    faults = []
    pages = [Path(name) for name in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for page in pages:
            where = f"{page.parent.name}/{page.name}"
            faults += [f"{where}: {fault}" for fault in console_and_requests(page, folder)]
            for screen in SCREENS:
                for scheme in SCHEMES:
                    found = accessibility(page, axe, folder, screen, scheme)
                    faults += [f"{where}, {screen}, {scheme}: {fault}" for fault in found]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"page_check: {len(pages)} pages, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
