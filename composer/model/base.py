"""What every model value shares. Must not know: files, spans, the engine.

Model values are frozen, slotted, keyword-only dataclasses holding canonical (long) forms only.
They are validated on the way in by pydantic's core (`model/schema.py`), which builds its validator
from these annotations: the full pydantic model classes cost about 100 ms at every start, the
dataclasses nothing. `pydantic.TypeAdapter(Project)` works on them for whoever embeds Composer.
"""
