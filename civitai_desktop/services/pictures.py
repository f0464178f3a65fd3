"""Which files are pictures: what the window asks before it decodes one."""

from civitai_desktop.storage.containers import PictureFormat, checked_format, picture_format

__all__ = ["PictureFormat", "checked_format", "picture_format"]
