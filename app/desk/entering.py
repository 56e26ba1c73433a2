"""Entering claims: one calm form, what is said beside it, and what was handed in."""

from fastapi import APIRouter

router = APIRouter(prefix="/desk")
