"""`make demo`'s script does the main job and names what it wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_demo_scores_explains_and_names_its_report(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "ravenstack", tmp_path / "examples" / "ravenstack")
    script = shutil.copy2(EXAMPLES / "demo", tmp_path / "examples" / "demo")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run([script], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False)
    results = tmp_path / "demo-output"
    assert (run.returncode, run.stderr) == (0, "")
    names = (f"{results}/scored.csv", f"file://{results}/report.html")
    shown = ("VIP             27", "A-9badbd: Super", "→ VIP: ", *names)
    assert [text for text in shown if text not in run.stdout] == []
    sizes = pl.read_csv(results / "scored.csv")["segment"].value_counts()
    assert dict(sizes.iter_rows()) == {"Average": 89, "Good": 239, "Super": 145, "VIP": 27}
    assert "Subscriber value" in (results / "report.html").read_text(encoding="utf-8")
