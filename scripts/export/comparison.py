"""How far an exported model is from the one it was made of, and whether that is near enough."""

from dataclasses import dataclass

from export import ExportError
from export.precisions import Gate


@dataclass(frozen=True)
class Comparison:
    images: int
    difference: float  # largest one between two logits, in parts of the range of the model's logits
    agreeing: int  # images with the same top-1
    labelled: int  # images whose label is known
    right_before: int  # those of them that the model gets right
    right: int  # those of them that the exported model gets right
    finite: bool  # every logit of both is a finite number
    between_sizes: float  # as `difference`, between the batch sizes of the package and rows of one batch

    def __str__(self) -> str:
        lines = [f"images                      {self.images:,}",
                 f"largest logit difference    {self.difference:.1e} of the range",
                 f"between batch sizes         {self.between_sizes:.1e} of the range",
                 f"same top-1                  {self.agreeing / self.images:.2%}"]
        if self.labelled:
            lines.append(f"accuracy                    {self.right / self.labelled:.2%} "
                         f"(PyTorch {self.right_before / self.labelled:.2%})")
        return "\n".join(lines)

    def check_finite(self) -> None:
        """Raises `ExportError` when there are logits that are no numbers."""
        if not self.finite:
            raise ExportError("there are logits that are not finite numbers: check the weights, and whether they fit "
                              "into the precision")

    def check_sizes(self, gate: Gate) -> None:
        """Raises `ExportError` when an image gets other logits in another batch size or row."""
        if self.between_sizes > gate.between_sizes:
            raise ExportError(f"batch sizes or rows disagree by {self.between_sizes:.1e} of the range of the logits "
                              f"(at most {gate.between_sizes} is wanted): look for layers that mix the images of a "
                              "batch")

    def check_model(self, gate: Gate) -> None:
        """Raises `ExportError` when the exported model disagrees with the model by more than the gate lets through."""
        problems = []
        if gate.difference is not None and self.difference > gate.difference:
            problems.append(f"logits differ by {self.difference:.1e} of their range, at most {gate.difference} is "
                            "wanted")
        if self.agreeing < gate.agreement * self.images:
            problems.append(f"the same top-1 for {self.agreeing:,} of {self.images:,} images, at least "
                            f"{gate.agreement:.0%} is wanted")
        if self.right_before - self.right > gate.accuracy_loss * self.labelled:
            points = 100 * (self.right_before - self.right) / self.labelled
            problems.append(f"{points:.1f} points of accuracy lost, at most {100 * gate.accuracy_loss:.1f} is wanted")
        if problems:
            raise ExportError(f"the exported model disagrees with the model: {'; '.join(problems)}: "
                              "compare on more images, calibrate on more images like those that will come (int8), "
                              "take another --precision, or write it nevertheless with --accept-disagreement")
