"""The peer of bench/study.ts: the same study as a PyTorch user writes it, with torchvision and a DataLoader.

    python torch_study.py FOLDER [--images files|memory] [--runs 4] [--epochs 2] [--patience 2] [--batch 32] [--size 128] [--threads 2] [--seed 1] [--out DIR]

FOLDER holds train/CLASS/* and test/CLASS/*. `files` reads them as ImageFolder does, with two loader processes; `memory` decodes once into tensors and
flips whole batches, which is the fastest way to write it. Best settings of bench/step.ts: channels last, fused Adam. One run after another; each
validates after every epoch, stops early, and saves its best weights. Prints one JSON object: images trained, seconds by piece, losses, versions.
"""
import time

BEGUN = time.perf_counter()
import argparse, copy, json, os

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--images", choices=["files", "memory"], default="files")
for name, default in dict(runs=4, epochs=2, patience=2, batch=32, size=128, threads=2, seed=1).items():
    parser.add_argument(f"--{name}", type=int, default=default)
parser.add_argument("--out", default=".")
args = parser.parse_args()

import torch, torch.nn as nn, torch.nn.functional as F, torchvision
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2 as T

torch.set_num_threads(args.threads)


class CNN(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.fc1, self.fc2 = nn.Linear(64 * (args.size // 4) ** 2, 128), nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc3(F.relu(self.fc2(x)))


def transforms(augment):
    steps = [T.Grayscale(), T.Resize((args.size, args.size), antialias=True)]
    return T.Compose(steps + [T.RandomHorizontalFlip()] * augment + [T.ToImage(), T.ToDtype(torch.float32, scale=True)])


def part(name, augment):
    return ImageFolder(os.path.join(args.folder, name), transforms(augment))


def from_files():
    """Loaders that decode and augment each image anew in every epoch, in two processes."""
    options = dict(batch_size=args.batch, num_workers=2, persistent_workers=True)
    return DataLoader(part("train", True), shuffle=True, **options), DataLoader(part("test", False), **options)


def in_memory(dataset):
    images, labels = zip(*dataset)
    return torch.stack(images), torch.tensor(labels)


class Batches:
    """Batches of tensors that are in memory already; training ones in random order, half of the images flipped."""

    def __init__(self, images, labels, train):
        self.images, self.labels, self.train = images, labels, train

    def __iter__(self):
        count = len(self.labels)
        order = torch.randperm(count) if self.train else torch.arange(count)
        for chosen in order.split(args.batch):
            images = self.images[chosen]
            if self.train:
                images = torch.where(torch.rand(len(chosen), 1, 1, 1) < 0.5, images.flip(3), images)
            yield images, self.labels[chosen]


clock = time.perf_counter
seconds = dict(imports=clock() - BEGUN, decoding=0.0, data=0.0, steps=0.0, validation=0.0, storing=0.0)


def waited(batches):
    """The batches; the time until each is there counts as data."""
    batches = iter(batches)
    while True:
        begun = clock()
        batch = next(batches, None)
        seconds["data"] += clock() - begun
        if batch is None:
            return
        yield batch


begun = clock()
if args.images == "files":
    train, validation = from_files()
    classes = len(train.dataset.classes)
else:
    train = Batches(*in_memory(part("train", False)), train=True)
    validation = Batches(*in_memory(part("test", False)), train=False)
    classes = int(train.labels.max()) + 1
seconds["decoding"] = clock() - begun


def train_run(seed):
    torch.manual_seed(seed)
    net = CNN(classes).to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(net.parameters(), 1e-3, fused=True)
    best, best_loss, waits, trained = None, float("inf"), 0, 0
    for _ in range(args.epochs):
        begun, data = clock(), seconds["data"]
        net.train()
        for images, labels in waited(train):
            optimiser.zero_grad()
            F.cross_entropy(net(images.contiguous(memory_format=torch.channels_last)), labels).backward()
            optimiser.step()
            trained += len(labels)
        seconds["steps"] += clock() - begun - (seconds["data"] - data)
        begun, data = clock(), seconds["data"]
        net.eval()
        loss, count = 0.0, 0
        with torch.inference_mode():
            for images, labels in waited(validation):
                logits = net(images.contiguous(memory_format=torch.channels_last))
                loss += F.cross_entropy(logits, labels, reduction="sum").item()
                count += len(labels)
        loss /= count
        if loss < best_loss:
            best, best_loss, waits = copy.deepcopy(net.state_dict()), loss, 0
        else:
            waits += 1
        seconds["validation"] += clock() - begun - (seconds["data"] - data)
        if waits >= args.patience:
            break
    begun = clock()
    torch.save(best, os.path.join(args.out, f"run{seed}.pt"))
    seconds["storing"] += clock() - begun
    return trained, best_loss


results = [train_run(args.seed + i) for i in range(args.runs)]
versions = dict(torch=torch.__version__, torchvision=torchvision.__version__)
losses = [loss for _, loss in results]
print(json.dumps(dict(trained=sum(count for count, _ in results), seconds=seconds, losses=losses, versions=versions)))
