"""The REST API, `/api/v1`: one table of routes gives the handlers and the OpenAPI document."""
