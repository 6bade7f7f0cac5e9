"""CI's workflows: safe by two tools' judgement, made of make targets, and bound to exact versions."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bookbuild.languages import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
TOOLS = Path(sys.executable).parent
MAKE = re.compile(r"make ([a-z-]+)(?: [A-Z_]+=[\w.-]+)*")
PINNED = re.compile(r"^\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def workflow(path):
    # YAML 1.1 reads the key "on" as true
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


JOBS = {f"{path.stem}.{name}": job for path in WORKFLOWS for name, job in workflow(path)["jobs"].items()}
STEPS = [step for job in JOBS.values() for step in job.get("steps", ())]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def said(*command):
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_there_is_a_workflow_for_pull_requests_and_one_that_publishes_main():
    assert [path.name for path in WORKFLOWS] == ["check.yml", "publish.yml"]
    assert "pull_request" in workflow(WORKFLOWS[0])["on"]
    assert workflow(WORKFLOWS[1])["on"]["push"] == {"branches": ["main"]}


def test_zizmor_finds_nothing_even_when_pedantic():
    assert said("zizmor", "--offline", "--persona=pedantic", "--no-progress", "--quiet", str(GITHUB))[0] == 0


def test_zizmor_sees_an_action_bound_to_a_movable_tag(tmp_path):
    (tmp_path / "workflow.yml").write_text(re.sub(r"checkout@\w{40}", "checkout@v7", WORKFLOWS[0].read_text()))
    status, words = said("zizmor", "--offline", "--persona=pedantic", "--no-progress", str(tmp_path / "workflow.yml"))
    assert status != 0
    assert "unpinned-uses" in words


@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-workflows", WORKFLOWS), ("dependabot", [GITHUB / "dependabot.yml"])],
    ids=["workflows", "dependabot"],
)
def test_every_file_fits_githubs_schema(schema, files):
    status, words = said("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files))
    assert status == 0, words


def test_every_command_is_a_make_target_that_exists():
    commands = [step["run"] for step in STEPS if "run" in step]
    assert {"make data", "make book", "make test", "make publish-notebooks"} <= set(commands)
    for command in commands:
        found = MAKE.fullmatch(command)
        assert found, f"{command!r} is more than a make target"
        assert found[1] in TARGETS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_bound_to_a_commit_and_says_its_version(path):
    uses = [line for line in path.read_text().splitlines() if "uses:" in line and "$/" not in line]
    assert uses
    assert [line.strip() for line in uses if not PINNED.match(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nothing_is_allowed_but_what_a_job_asks_for(path):
    assert workflow(path)["permissions"] == {}


def test_each_job_has_the_rights_it_needs_and_no_other():
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "check.test": {"contents": "read"},
        "publish.check": {"contents": "read"},
        "publish.notebooks": {"contents": "write"},
        "publish.site": {"pages": "write", "id-token": "write"},
    }


def test_the_job_that_may_write_runs_nothing_that_was_installed():
    commands = [step["run"] for step in JOBS["publish.notebooks"]["steps"] if "run" in step]
    assert commands == ["make publish-notebooks"]
    recipe = (ROOT / "Makefile").read_text().split("\npublish-notebooks:")[1]
    assert recipe.startswith("\n"), "publish-notebooks must not depend on install"


def test_publishing_needs_python_and_git_alone():
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys; sys.path.insert(0, 'code'); import bookbuild.__main__, bookbuild.publish",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_job_that_runs_has_a_time_limit():
    assert [name for name, job in JOBS.items() if "steps" in job and job.get("timeout-minutes", 360) > 60] == []


def test_no_checkout_leaves_its_token_behind():
    checkouts = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 2
    assert [step for step in checkouts if step["with"].get("persist-credentials") is not False] == []


def test_no_secret_is_used_but_the_jobs_own_token():
    for path in WORKFLOWS:
        expressions = re.findall(r"\$\{\{(.*?)\}\}", path.read_text())
        assert not any("secrets." in expression for expression in expressions)
    given = [step["env"] for step in STEPS if "env" in step]
    assert given == [{"GITHUB_TOKEN": "${{ github.token }}"}]


def test_both_ends_of_the_supported_pythons_are_checked():
    assert JOBS["check.test"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]


def test_data_that_cannot_be_fetched_stops_nothing():
    (step,) = [step for step in STEPS if step.get("run") == "make data"]
    assert step["continue-on-error"] is True


def test_the_site_goes_out_after_its_notebooks():
    assert JOBS["publish.notebooks"]["needs"] == "check"
    assert JOBS["publish.site"]["needs"] == "notebooks"
