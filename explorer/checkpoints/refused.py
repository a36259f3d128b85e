"""What is said to a visitor whose file cannot be taken."""

ACCEPTED = (
    "Accepted are a PyTorch state dict (.pt, .pth, saved by torch.save since PyTorch 1.6) and "
    ".safetensors, up to 50 MB."
)
LARGEST = 50_000_000  # bytes of a file
UNPACKED = 256_000_000  # bytes of all its arrays together
MANY = 10_000  # arrays


class Refused(ValueError):
    """A file that is not read: what was found, what to do, and what is accepted."""

    def __init__(self, found: str, cure: str = "") -> None:
        self.found = f"{found} {cure}".strip()
        super().__init__(f"{self.found} {ACCEPTED}")
