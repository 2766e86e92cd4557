"""What can go wrong through no fault of the program, in the user's words."""

import errno

_REASONS = {
    errno.ENOENT: "找不到这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "这个位置是只读的",
    errno.EBUSY: "正被其他程序使用",
    errno.EEXIST: "已有同名的文件或文件夹",
    errno.ENOSPC: "磁盘空间不足",
    errno.EFBIG: "文件太大，这个盘放不下",
    errno.ENAMETOOLONG: "路径太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EIO: "读写出错，磁盘可能有故障",
    errno.ENODEV: "设备已经拔出",
    errno.ENXIO: "设备已经拔出",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ENOMEM: "内存不足",
    errno.EINVAL: "系统不接受这个操作",
    errno.ETIMEDOUT: "网络位置没有响应",
}
# Not every system has these.
for _name, _words in (
    ("EDQUOT", "超过了磁盘配额"),
    ("ESTALE", "网络位置已经断开"),
    ("EHOSTDOWN", "网络位置没有响应"),
    ("ENOTCONN", "网络位置已经断开"),
):
    if hasattr(errno, _name):
        _REASONS[getattr(errno, _name)] = _words


class AppError(Exception):
    """An expected failure: shown as it is, on one line, never with a traceback.

    `message` says what happened and names the thing it happened to; `hint` says what to do next (may be empty).
    Both are Simplified Chinese.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the message and the hint as one line."""
        return f"{self.message}{self.hint}" if self.hint else self.message


class Cancelled(Exception):  # noqa: N818  (not an error: the user asked for it)
    """The user cancelled the work that was under way."""


def os_reason(error: OSError) -> str:
    """Return in Chinese why the system refused; what is rare is said in the system's own words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)
