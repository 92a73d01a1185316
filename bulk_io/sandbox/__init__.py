"""The sandbox: the documented Contacts API as a real HTTP server on loopback, with SQLite behind it."""

from __future__ import annotations

from bulk_io.sandbox.server import Sandbox, SandboxError, default_data, serve, start

__all__ = ["Sandbox", "SandboxError", "default_data", "serve", "start"]
