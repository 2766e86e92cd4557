"""Which drives can be carried away, told from a system's own tables."""

from pathlib import Path

from app import drives

MOUNTS = r"""/dev/sda1 / ext4 rw,relatime 0 0
/dev/sdb1 /media/U\040盘 vfat rw,nosuid 0 0
/dev/sdc1 /media/移动硬盘 exfat rw 0 0
/dev/sdd1 /media/写保护 vfat ro,nosuid 0 0
/dev/sr0 /media/光盘 iso9660 ro 0 0
/dev/mapper/vg-home /home ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
"""


def device(blocks: Path, at: str, name: str, *, removable: bool) -> None:
    """Lay a disk with one partition as sysfs shows it: a link to a folder below that of the disk."""
    disk = blocks.parent / "devices" / at / "block" / name.rstrip("1")
    (disk / name).mkdir(parents=True)
    (disk / "removable").write_text(f"{int(removable)}\n", encoding="ascii")
    (blocks / name).symlink_to(disk / name)


def test_sticks_and_usb_disks_that_can_be_written_to_are_removable_and_others_are_not(tmp_path: Path) -> None:
    blocks = tmp_path / "class"
    blocks.mkdir()
    device(blocks, "pci0/ata1", "sda1", removable=False)
    device(blocks, "pci0/usb1/1-1", "sdb1", removable=True)
    device(blocks, "pci0/usb2/2-1", "sdc1", removable=False)
    device(blocks, "pci0/usb2/2-2", "sdd1", removable=True)
    assert drives.removable_in(MOUNTS, blocks) == [Path("/media/U 盘"), Path("/media/移动硬盘")]


def test_the_drive_of_this_test_is_none(tmp_path: Path) -> None:
    assert not drives.is_removable(tmp_path)
