"""A file becomes pages, whatever it is: told by content, not by extension."""

from pipeline.source.document import Document, open_document
from pipeline.source.kind import MediaType, media_type

__all__ = ["Document", "MediaType", "media_type", "open_document"]
