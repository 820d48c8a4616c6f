"""A peer of bench/augment.ts: torchvision's AutoAugment on PIL images of mode L, one thread. Speaks lines of JSON.

    python torch_augment.py FILE SIZE     FILE: images of SIZE x SIZE grey bytes, one after another

Answers {"task": "v1" | "v2", "policy": "autoaugment" | "flip", "times": N} with {"microseconds": an image's}, and {"task": "apply", "width", "height",
"pixels": base64, "steps": [[operation, magnitude or null, sign], ...]} with {"pixels": base64} of version 1. First line out: versions.
"""

import base64
import json
import sys
import time

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.autoaugment import _apply_op

torch.set_num_threads(1)
torch.manual_seed(1)
size = int(sys.argv[2])
pixels = np.fromfile(sys.argv[1], np.uint8).reshape(-1, size, size)
images = [Image.fromarray(image) for image in pixels]
space = transforms.AutoAugment()._augmentation_space
TRANSFORMS = {
    ("v1", "autoaugment"): transforms.AutoAugment(),
    ("v2", "autoaugment"): v2.AutoAugment(),
    ("v1", "flip"): transforms.RandomHorizontalFlip(),
    ("v2", "flip"): v2.RandomHorizontalFlip(),
}


def apply(asked):
    width, height = asked["width"], asked["height"]
    image = Image.fromarray(np.frombuffer(base64.b64decode(asked["pixels"]), np.uint8).reshape(height, width))
    for name, magnitude, sign in asked["steps"]:
        magnitudes, signed = space(10, (height, width))[name]
        value = 0.0 if magnitude is None else float(magnitudes[magnitude].item())
        if signed and sign < 0:
            value *= -1.0
        image = _apply_op(image, name, value, interpolation=InterpolationMode.NEAREST, fill=None)
    return {"pixels": base64.b64encode(np.asarray(image).tobytes()).decode()}


def measure(asked):
    transform = TRANSFORMS[asked["task"], asked["policy"]]
    begun = time.perf_counter()
    for _ in range(asked["times"]):
        for image in images:
            transform(image)
    return {"microseconds": 1e6 * (time.perf_counter() - begun) / asked["times"] / len(images)}


versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "pillow": PIL.__version__}
print(json.dumps(versions), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(apply(asked) if asked["task"] == "apply" else measure(asked)), flush=True)
