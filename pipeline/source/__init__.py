"""A file becomes pages, whatever it is: told by content, not by extension."""

from pipeline.source.document import Document, open_document
from pipeline.source.kind import MediaType, media_type
from pipeline.source.unpack import Source, Unpacked, first_path, may_be_zip, name_of, unpack, unpacked

__all__ = [
    "Document",
    "MediaType",
    "Source",
    "Unpacked",
    "first_path",
    "may_be_zip",
    "media_type",
    "name_of",
    "open_document",
    "unpack",
    "unpacked",
]
