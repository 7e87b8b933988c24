"""What people are told, written in both languages where it is meant; the door chooses one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One message in English and in Chinese. As `str` it is the English one, for logs and tests."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def told_in(self, language: str) -> str:
        """The one that is wanted, `zh` or `en`."""
        return self.zh if language == "zh" else self.en

    def of(self, what: str) -> Said:
        """With what is spoken of before it: a path, a column."""
        return Said(f"{what}: {self.en}", f"{what}：{self.zh}")

    def for_machines(self) -> dict[str, str]:
        """Both, as JSON carries them."""
        return {"zh": self.zh, "en": self.en}


def verbatim(written: str) -> Said:
    """A value, which is the same in every language."""
    return Said(written, written)


def quoted(word: str) -> Said:
    """A word of a document, as each language quotes it."""
    return Said(f"'{word}'", f"“{word}”")


def of_file(error: OSError) -> Said:
    """What is the matter with a file or folder, as far as we have words of our own for it."""
    name = str(error.filename)
    match error:
        case FileNotFoundError():
            return Said(f"there is no file {name}", f"没有文件 {name}")
        case PermissionError():
            return Said(f"{name} may not be used: permission is missing", f"没有使用 {name} 的权限")
        case IsADirectoryError():
            return Said(f"{name} is a folder", f"{name} 是文件夹")
        case _:
            return Said(
                f"cannot use {name}: {error.strerror}", f"无法使用 {name}：{error.strerror}"
            )


class Mendable(Exception):
    """An error that people can mend: `message` says what is wrong and `hint` what to do, one line each."""

    def __init__(self, message: Said, hint: Said | None = None) -> None:
        super().__init__(message, hint)  # as given, so that it may come from another process
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return str(self.told())

    def told(self) -> Said:
        """Both in one line."""
        if self.hint is None:
            return self.message
        en, zh = f"{self.message.en} ({self.hint.en})", f"{self.message.zh}（{self.hint.zh}）"
        return Said(en, zh)
