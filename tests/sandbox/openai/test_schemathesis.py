"""Schemathesis, which knows neither us nor OpenAI, over the published description: no server error, no other shape."""

import asyncio
import sys
from pathlib import Path

import pytest

from sandbox.openai import Organization, create_app
from sandbox.serving import serving
from tests.sandbox.openai.test_coverage import PUBLISHED
from tests.support.openapi import ABSENT
from tests.support.openapi.description import DESCRIPTION

CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,unsupported_method"
EXAMPLES, MANY = 4, 100


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=ABSENT)
async def test_schemathesis_finds_no_fault(tmp_path: Path, *, whole: bool) -> None:
    organization = Organization()
    async with serving(create_app(organization)) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "schemathesis.cli", "run", str(DESCRIPTION.resolve()), "--url", f"{url}/v1"),
            *("--header", f"Authorization: Bearer {organization.admin_key}"),
            *("--checks", CHECKS, "--max-examples", str(MANY if whole else EXAMPLES), "--seed", "1", "--no-color"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    organization.close()

    assert process.returncode == 0, said.decode()[:20_000]
    assert f"Tested: {PUBLISHED}" in said.decode()
