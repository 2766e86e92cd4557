"""What all pages share: a title, a lead, a banner, and a body that scrolls when the window is small."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget, QWizardPage

from app.ui.banner import Banner
from app.ui.session import Session

_MARGIN = 28


class Page(QWizardPage):
    """A page of the wizard. Subclasses fill `body` and may say more of what they hold.

    `following` is the number of the next page, -1 for the last; a page is made only when it is first shown.
    """

    name = ""
    """What the page is called."""

    def __init__(self, session: Session, lead: str) -> None:
        super().__init__()
        self.session = session
        self.following = -1
        self.banner = Banner(self)
        title, about = QLabel(self.name), QLabel(lead)
        title.setProperty("role", "title")
        about.setProperty("role", "lead")
        about.setWordWrap(True)
        content = QWidget(objectName="content")
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(_MARGIN, 22, _MARGIN, 16)
        self.body.setSpacing(14)
        self.body.addWidget(title)
        self.body.addWidget(about)
        about.setVisible(bool(lead))
        self.body.addWidget(self.banner)
        self.scroll = QScrollArea(widgetResizable=True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.scroll.setWidget(content)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.scroll)
        self.setAccessibleName(self.name)

    def nextId(self) -> int:
        """Return the number of the next page, whether it is made already or not."""
        return self.following

    def enter(self) -> None:
        """Get ready to be shown."""

    def leave(self) -> str:
        """Return what should be looked at before going on, or nothing; show it by the fields."""
        return ""

    def show_field(self, work: str, field: str) -> None:
        """Put the focus where a finding about that work and field can be put right."""

    def focus_first(self) -> None:
        """Put the focus where the page begins."""
        first = self.nextInFocusChain()
        while self.isAncestorOf(first):
            if first.isVisibleTo(self) and first.isEnabled() and first.focusPolicy() & Qt.FocusPolicy.TabFocus:
                first.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            first = first.nextInFocusChain()

    def show_widget(self, widget: QWidget) -> None:
        """Bring a widget into sight and give it the focus."""
        self.scroll.ensureWidgetVisible(widget, 20, 80)
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
