"""Models as an HTTP service: `elman serve MODEL…`, or `create` for a server of your own.

    from elman.serve.app import create

    app = create({"reviews": "models/reviews"})     # any ASGI server runs it

It needs the extra `serve`, and never torch. See docs/serve.md.
"""
