"""The addresses of the API that are no other room's, and its description."""

from fastapi import APIRouter

from app.api import describing, views, writing

router = APIRouter(include_in_schema=False)
for part in (views, writing, describing):
    router.include_router(part.router)
