"""What is served under a host name that belongs to no surface here: nothing but health."""

from __future__ import annotations

from securenet.surfaces.shared.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
