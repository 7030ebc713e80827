"""What stands in `deploy/` fits the program and keeps what it promises, as far as that can be seen without running it."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from bot.cli import WRONG_USE, run
from bot.errors import SettingError, UsageError
from bot.schedule import PATIENCE_SECONDS
from bot.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
Instruction = tuple[str, str]


def _dockerfile() -> list[Instruction]:
    text = re.sub(r"(?m)^#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


def _last_stage() -> list[Instruction]:
    instructions = _dockerfile()
    starts = [place for place, (word, _) in enumerate(instructions) if word == "FROM"]
    return instructions[starts[-1] :]


def _copied() -> set[str]:
    """What the Dockerfile takes out of the repository."""
    found: set[str] = set()
    for word, rest in _dockerfile():
        if word == "COPY" and not rest.startswith("--from="):
            found.update(rest.split()[:-1])
    return found


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def _unit() -> configparser.RawConfigParser:
    unit = configparser.RawConfigParser(strict=False, delimiters="=", comment_prefixes="#")
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd tells A from a
    unit.read(DEPLOY / "communique.service", encoding="utf-8")
    return unit


def _given_in_example() -> dict[str, str]:
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    return dict(re.findall(rf"(?m)^#{PREFIX}([A-Z_]+)=(.*)$", text))


class TestDockerfile:
    def test_what_runs_is_not_root_and_the_number_says_so(self) -> None:
        users = [rest for word, rest in _last_stage() if word == "USER"]
        assert users
        assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", users[-1])

    def test_nothing_is_done_after_giving_up_root_that_would_need_it(self) -> None:
        words = [word for word, _ in _last_stage()]
        assert {"RUN", "COPY", "ADD"}.isdisjoint(words[words.index("USER") :])

    def test_only_what_the_program_consists_of_gets_in_and_no_settings(self) -> None:
        lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        rules = [line for line in lines if line and not line.startswith("#")]

        assert rules[0] == "*", "all that is not named stays out"
        assert {rule[1:] for rule in rules if rule.startswith("!")} == _copied()
        assert "**/.env*" in rules[rules.index("!templates") :]
        assert all((ROOT / path).exists() for path in _copied())

    def test_no_secret_is_given_while_building(self) -> None:
        given = " ".join(rest for word, rest in _dockerfile() if word in {"ARG", "ENV"})
        named = {name.removeprefix(PREFIX) for name in re.findall(rf"{PREFIX}[A-Z_]+", given)}
        assert named == {"DATABASE_URL"}
        assert not any(word == "ADD" for word, _ in _dockerfile())

    def test_every_package_is_installed_by_its_hash(self) -> None:
        for word, rest in _dockerfile():
            for command in rest.split("&&") if word == "RUN" else ():
                if "pip install" in command:
                    assert "--require-hashes" in command or "--no-deps /tmp/wheel/*.whl" in command

    def test_what_builds_the_wheel_is_named_with_all_it_needs(self) -> None:
        (awk,) = (rest for word, rest in _dockerfile() if word == "RUN" and "awk" in rest)
        named = set(re.search(r"\^\(([\w|-]+)\)==", awk)[1].split("|"))  # type: ignore[index]  # it is there
        pinned = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8")

        assert named == _needed("hatchling")
        assert all(re.search(rf"(?m)^{name}==", pinned) for name in named)

    def test_it_starts_the_program_and_ends_it_in_good_order(self) -> None:
        last = dict(_last_stage())
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]

        assert yaml.safe_load(last["ENTRYPOINT"])[0] in scripts
        assert last["STOPSIGNAL"] == "SIGTERM"
        assert _is_a_command([*yaml.safe_load(last["ENTRYPOINT"]), *yaml.safe_load(last["CMD"])])

    def test_the_database_is_in_the_volume(self) -> None:
        last = _last_stage()
        volume = dict(last)["VOLUME"]
        environment = " ".join(rest for word, rest in last if word == "ENV")
        assert f"{PREFIX}DATABASE_URL=sqlite:///{volume}/" in environment


class TestCompose:
    def test_the_bot_can_write_nowhere_but_in_its_volume_and_may_do_nothing_special(self) -> None:
        bot = _compose()["services"]["bot"]
        volume = dict(_last_stage())["VOLUME"]

        assert bot["read_only"] is True
        assert bot["cap_drop"] == ["ALL"]
        assert bot["security_opt"] == ["no-new-privileges:true"]
        assert bot["tmpfs"] == "/tmp"  # noqa: S108 - a place in the container
        assert [mount.partition(":")[2] for mount in bot["volumes"]] == [volume]
        assert not {"privileged", "ports", "network_mode", "user", "cap_add"} & bot.keys()

    def test_every_setting_it_names_exists(self) -> None:
        text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
        assert set(re.findall(rf"{PREFIX}([A-Z_]+)\b", text)) <= {
            name.upper() for name in Settings.model_fields
        }

    def test_all_it_refers_to_is_there_or_made_by_the_operator(self) -> None:
        compose = _compose()
        build = compose["services"]["bot"]["build"]
        named = {
            mount.partition(":")[0]
            for each in compose["services"].values()
            for mount in each.get("volumes", ())
        }

        assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")
        assert named == compose["volumes"].keys()
        assert set(compose["services"]["postgres"]["secrets"]) == compose["secrets"].keys()

    def test_what_holds_secrets_is_not_kept_by_git_nor_given_to_a_build(self) -> None:
        compose = _compose()
        secret = [
            compose["services"]["bot"]["env_file"],
            *(each["file"] for each in compose["secrets"].values()),
        ]
        ignored = (DEPLOY / ".gitignore").read_text(encoding="utf-8").splitlines()

        assert set(secret) <= set(ignored)
        assert not any(path.startswith("deploy") for path in _copied())

    def test_without_the_profile_there_is_no_other_service_to_wait_for(self) -> None:
        services = _compose()["services"]
        assert services["postgres"]["profiles"] == ["postgres"]
        assert services["bot"]["depends_on"]["postgres"]["required"] is False


class TestUnit:
    def test_it_runs_a_command_of_ours_as_a_user_of_its_own(self) -> None:
        service = _unit()["Service"]
        program, *arguments = shlex.split(service["ExecStart"])

        assert Path(program).name == "communique"
        assert _is_a_command([Path(program).name, *arguments])
        assert service["User"] not in {"", "root", "0"}

    def test_the_database_is_in_the_folder_it_may_write_to(self) -> None:
        service = _unit()["Service"]
        name, _, url = service["Environment"].partition("=")

        assert name.removeprefix(PREFIX).lower() in Settings.model_fields
        assert url.startswith(f"sqlite:////var/lib/{service['StateDirectory']}/")
        assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
        assert service["ProtectSystem"] == "strict"
        assert "ReadWritePaths" not in service

    def test_a_setting_that_cannot_be_used_does_not_start_it_again_and_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(f"{PREFIX}BOT_TOKEN", "not a token")

        assert run(["run"]) == WRONG_USE
        assert issubclass(SettingError, UsageError)
        assert _unit()["Service"]["RestartPreventExitStatus"] == str(WRONG_USE)
        assert _unit()["Service"]["Restart"] == "on-failure"

    def test_the_bot_itself_ends_its_workers(self) -> None:
        assert _unit()["Service"]["KillMode"] == "mixed"

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
    def test_systemd_understands_it(self, tmp_path: Path) -> None:
        # The user and the program are not on this machine.
        text = (DEPLOY / "communique.service").read_text(encoding="utf-8")
        here = re.sub(r"(?m)^(ExecStart=).*$", rf"\g<1>{sys.executable} run", text)
        copy = tmp_path / "communique.service"
        copy.write_text(here, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(copy)],  # noqa: S607 - as found on the machine
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, [line for line in done.stderr.splitlines() if "communique" in line]) == (
            0,
            [],
        )


def test_both_ways_give_what_is_under_way_the_same_time_to_end_and_more_than_it_takes_itself() -> None:
    grace = int(_compose()["services"]["bot"]["stop_grace_period"].removesuffix("s"))
    assert grace == int(_unit()["Service"]["TimeoutStopSec"])
    assert grace >= 2 * PATIENCE_SECONDS


class TestExample:
    def test_it_has_every_setting_once(self) -> None:
        text = (DEPLOY / "env.example").read_text(encoding="utf-8")
        lines = re.findall(rf"(?m)^#?{PREFIX}([A-Z_]+)=", text)
        assert sorted(lines) == sorted(name.upper() for name in Settings.model_fields)

    def test_as_it_is_it_changes_nothing(self) -> None:
        text = (DEPLOY / "env.example").read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if line and not line.startswith("#")] == []

    def test_what_it_calls_a_default_is_the_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in Settings.model_fields:
            monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
        plain = load_settings()
        text = (DEPLOY / "env.example").read_text(encoding="utf-8")
        entries = re.findall(rf"(?m)^((?:#.*\n)+?)#{PREFIX}([A-Z_]+)=(.*)$", text)
        defaults = [(name, value) for about, name, value in entries if "Default:" not in about]

        assert defaults
        for name, value in defaults:
            monkeypatch.setenv(f"{PREFIX}{name}", value)
            assert getattr(load_settings(), name.lower()) == getattr(plain, name.lower())

    def test_every_value_in_it_can_be_used_and_survives_a_shell(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        given = _given_in_example()
        file = tmp_path / "communique.env"
        file.write_text(
            "".join(f"{PREFIX}{name}={value}\n" for name, value in given.items()), encoding="utf-8"
        )
        script = f"set -a; . {shlex.quote(str(file))}; env"
        done = subprocess.run(
            ["/bin/sh", "-c", script], env={"PATH": os.defpath}, capture_output=True, text=True, check=True
        )
        seen = dict(re.findall(rf"(?m)^{PREFIX}([A-Z_]+)=(.*)$", done.stdout))

        assert seen == given
        for name, value in given.items():
            monkeypatch.setenv(f"{PREFIX}{name}", value)
        settings = load_settings()
        assert settings.admins == {11111111, 22222222}
        assert settings.bot_token is not None


def _is_a_command(line: list[str]) -> bool:
    """Whether our command line knows it: its help ends well, where an unknown command is wrong use."""
    return run([*line[1:], "--help"]) == 0


def _needed(package: str) -> set[str]:
    """A package with all that it needs on this interpreter, by their names."""
    found: set[str] = set()
    waiting = [package]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            wanted = (Requirement(each) for each in requires(name) or ())
            waiting += [
                each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
            ]
    return found
