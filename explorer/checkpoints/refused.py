"""What is said to a visitor whose file cannot be taken."""

ACCEPTED = (
    "Accepted are a PyTorch state dict (.pt, .pth, saved by torch.save since PyTorch 1.6) and "
    ".safetensors, up to 50 MB."
)
LARGEST = 50_000_000  # bytes of a file
UNPACKED = 256_000_000  # bytes of all its arrays together
MANY = 10_000  # arrays


class Refused(ValueError):
    """A file that is not read, with a sentence that says what was found and what is accepted."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found} {ACCEPTED}")
        self.found = found
