"""What Slack calls the types of files: docs.slack.dev, "File object" (file types)."""

import mimetypes

SAME = frozenset(
    (
        "ai",
        "apk",
        "bmp",
        "boxnote",
        "c",
        "cpp",
        "css",
        "csv",
        "d",
        "dart",
        "diff",
        "doc",
        "docx",
        "dockerfile",
        "dotx",
        "eps",
        "epub",
        "fla",
        "flv",
        "gif",
        "go",
        "groovy",
        "html",
        "java",
        "jpg",
        "json",
        "latex",
        "lua",
        "m4a",
        "mhtml",
        "mkv",
        "mov",
        "mp3",
        "mp4",
        "mpg",
        "numbers",
        "odg",
        "odi",
        "odp",
        "ods",
        "odt",
        "ogg",
        "ogv",
        "pages",
        "pdf",
        "php",
        "png",
        "ppt",
        "pptx",
        "psd",
        "r",
        "rtf",
        "sass",
        "scala",
        "sketch",
        "sql",
        "svg",
        "swf",
        "swift",
        "tar",
        "tiff",
        "tsv",
        "vb",
        "wav",
        "webm",
        "webp",
        "wmv",
        "xls",
        "xlsb",
        "xlsm",
        "xlsx",
        "xltx",
        "xml",
        "yaml",
        "zip",
    )
)
"""Endings that are the names of their types."""
OTHER = {
    "txt": "text",
    "text": "text",
    "log": "text",
    "conf": "text",
    "cfg": "text",
    "ini": "text",
    "py": "python",
    "js": "javascript",
    "ts": "typescript",
    "md": "markdown",
    "yml": "yaml",
    "jpeg": "jpg",
    "htm": "html",
    "sh": "shell",
    "bash": "shell",
    "rb": "ruby",
    "rs": "rust",
    "kt": "kotlin",
    "cs": "csharp",
    "pl": "perl",
    "hs": "haskell",
    "h": "c",
    "cc": "cpp",
    "hpp": "cpp",
    "ps1": "powershell",
    "tex": "latex",
    "patch": "diff",
    "gz": "gzip",
    "tif": "tiff",
    "eml": "email",
    "vcf": "vcard",
    "key": "keynote",
}
"""Ending → type, where they differ."""
SHOWN = {"text": "Plain Text", "jpg": "JPEG", "javascript": "JavaScript", "typescript": "TypeScript", "csharp": "C#"}
SHORT = 4
"""Types of so few letters are abbreviations, and shown in capitals; longer ones are names."""
MIMETYPES = {"text": "text/plain", "markdown": "text/markdown", "yaml": "text/yaml"}


def filetype(name: str) -> str:
    """Of a file with this name. Assumed: Slack looks at nothing but the ending."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return OTHER.get(ending) or (ending if ending in SAME else "binary")


def pretty(kind: str) -> str:
    """How a type is shown to people."""
    return SHOWN.get(kind) or (kind.upper() if len(kind) <= SHORT else kind.capitalize())


def mimetype(name: str) -> str:
    return MIMETYPES.get(filetype(name)) or mimetypes.guess_type(name)[0] or "application/octet-stream"
