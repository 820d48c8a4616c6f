"""A peer of bench/step.ts: PyTorch's training step, evaluation and Grad-CAM of the same model at one setting. Speaks lines of JSON.

    python torch_step.py MODEL SIZE BATCH THREADS SETTING

MODEL: cnn, resnet18 (torchvision's), vit (timm's ViT-B/16). SETTING: words of fused, channels_last, compiled, joined by +; or plain.

Answers {"task": "step" | "evaluation" | "gradcam", "times": N} with {"milliseconds": [...]}, and {"task": "memory"} with its peak. First
line out: versions, and the megabytes of the process with the model before anything ran. Grad-CAM is pytorch-grad-cam's.
"""
import copy, json, os, resource, sys, time

model = sys.argv[1]
size, batch, threads, setting = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5].split("+")
os.environ["OMP_NUM_THREADS"] = str(threads)
import torch, torch.nn as nn, torch.nn.functional as F
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

torch.set_num_threads(threads)
torch.manual_seed(1)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(64 * (size // 4) ** 2, 128), nn.Linear(128, 64), nn.Linear(64, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc3(F.relu(self.fc2(x)))


def made():
    if model == "resnet18":
        import torchvision

        return torchvision.models.resnet18(num_classes=4)
    if model == "vit":
        import timm

        return timm.create_model("vit_base_patch16_224", img_size=size, num_classes=4)
    return CNN()


net = made()
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
MEAN, STD = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def prepared(grey):
    return grey / 255 if model == "cnn" else ((grey / 255).expand(-1, 3, -1, -1) - MEAN) / STD


pixels = torch.randint(0, 256, (batch, 1, size, size)).float()
pixels[:, :, : size // 4] = 0
labels = torch.arange(batch) % 4
if "channels_last" in setting:
    net, pixels = net.to(memory_format=torch.channels_last), pixels.to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(net.parameters(), 1e-3, fused="fused" in setting)
forward = torch.compile(net) if "compiled" in setting else net


def step():
    optimiser.zero_grad()
    loss = F.cross_entropy(forward(prepared(pixels)), labels)
    loss.backward()
    optimiser.step()
    return loss.item()


def evaluation():
    net.eval()
    with torch.inference_mode():
        logits = forward(prepared(pixels)).numpy()
    net.train()
    return logits


cam = None


def gradcam():
    """On a copy: its hooks would slow the steps down, and make torch.compile compile again and again."""
    global cam
    if cam is None:
        grid = lambda t: t[:, 1:].reshape(t.shape[0], size // 16, size // 16, -1).permute(0, 3, 1, 2)
        shown = copy.deepcopy(net).eval()
        layers = {"cnn": lambda: shown.conv2, "resnet18": lambda: shown.layer4[1], "vit": lambda: shown.blocks[-1].norm1}
        cam = GradCAM(model=shown, target_layers=[layers[model]()], reshape_transform=grid if model == "vit" else None)
    return cam(input_tensor=prepared(pixels[:1]), targets=[ClassifierOutputTarget(1)])


tasks = {"step": step, "evaluation": evaluation, "gradcam": gradcam}
print(json.dumps({"torch": torch.__version__, "base": base}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["task"] == "memory":
        print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
        continue
    times = []
    try:
        for _ in range(asked["times"]):
            begun = time.perf_counter()
            tasks[asked["task"]]()
            times.append(1000 * (time.perf_counter() - begun))
        print(json.dumps({"milliseconds": times}), flush=True)
    except Exception as error:  # torch.compile needs a C++ compiler and may fail without one
        print(json.dumps({"error": repr(error)[:300]}), flush=True)
