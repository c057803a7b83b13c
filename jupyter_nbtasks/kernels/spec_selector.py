"""Has Jupyter start a kernel exactly as it was resolved, whatever it calls by that name itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jupyter_client import kernelspec

from .model import KernelSpec


class SpecSelector:
    """Has the kernels that *manager*, a MultiKernelManager, starts be of a given spec."""

    def __init__(self, manager: Any) -> None:
        self._specs: ContextVar[_GivenSpec | None] = ContextVar("specs", default=None)
        self._make = manager.kernel_manager_factory
        manager.kernel_manager_factory = self._make_manager

    @contextmanager
    def only(self, spec: KernelSpec) -> Iterator[Any]:
        """Inside, and in no other task, kernels are of *spec*; it is yielded as Jupyter has it."""
        specs = _GivenSpec()
        specs.given = _jupyter_spec(spec)
        before = self._specs.set(specs)
        try:
            yield specs.given
        finally:
            self._specs.reset(before)

    def _make_manager(self, *args: Any, **kwargs: Any) -> Any:
        if specs := self._specs.get():
            kwargs["kernel_spec_manager"] = specs
        return self._make(*args, **kwargs)


class _GivenSpec(kernelspec.KernelSpecManager):
    """Knows one kernelspec, by whatever name."""

    given: kernelspec.KernelSpec

    def get_kernel_spec(self, kernel_name: str) -> kernelspec.KernelSpec:
        return self.given


def _jupyter_spec(spec: KernelSpec) -> Any:
    return kernelspec.KernelSpec(
        argv=list(spec.argv),
        name=spec.name,
        display_name=spec.display_name,
        language=spec.language,
        env=dict(spec.env),
        resource_dir=spec.folder,
        interrupt_mode=spec.interrupt_mode,
        metadata=json.loads(spec.metadata),
    )
