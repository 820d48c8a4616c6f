"""A peer of bench/step.ts: PyTorch's training step, evaluation and Grad-CAM of the same CNN at one setting. Speaks lines of JSON.

    python torch_step.py SIZE BATCH THREADS SETTING     SETTING: words of fused, channels_last, compiled, joined by +; or plain

Answers {"task": "step" | "evaluation" | "gradcam", "times": N} with {"milliseconds": [...]}, and {"task": "memory"} with its peak. First
line out: versions. Grad-CAM is pytorch-grad-cam's where it is installed, else by hooks as its paper has it.
"""
import json, os, resource, sys, time

size, batch, threads, setting = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split("+")
os.environ["OMP_NUM_THREADS"] = str(threads)
import torch, torch.nn as nn, torch.nn.functional as F

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


net = CNN()
pixels = torch.randint(0, 256, (batch, 1, size, size)).float()
pixels[:, :, : size // 4] = 0
labels = torch.arange(batch) % 4
if "channels_last" in setting:
    net, pixels = net.to(memory_format=torch.channels_last), pixels.to(memory_format=torch.channels_last)
optimiser = torch.optim.Adam(net.parameters(), 1e-3, fused="fused" in setting)
forward = torch.compile(net) if "compiled" in setting else net


def step():
    optimiser.zero_grad()
    loss = F.cross_entropy(forward(pixels / 255), labels)
    loss.backward()
    optimiser.step()
    return loss.item()


def evaluation():
    net.eval()
    with torch.inference_mode():
        logits = forward(pixels / 255).numpy()
    net.train()
    return logits


try:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    cam = GradCAM(model=net, target_layers=[net.conv2])
    gradcam = lambda: cam(input_tensor=pixels[:1] / 255, targets=[ClassifierOutputTarget(1)])
    explainer = "pytorch-grad-cam"
except ImportError:
    explainer = "hooks"

    def gradcam():
        kept = {}
        hook = net.conv2.register_forward_hook(lambda m, i, o: (o.retain_grad(), kept.update(a=o)) and None)
        net(pixels[:1] / 255)[0, 1].backward()
        hook.remove()
        a = kept["a"]
        weights = a.grad.mean((2, 3), keepdim=True)
        return F.interpolate((weights * a).sum(1, keepdim=True).relu(), (size, size), mode="bilinear")


tasks = {"step": step, "evaluation": evaluation, "gradcam": gradcam}
print(json.dumps({"torch": torch.__version__, "gradcam": explainer}), flush=True)
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
