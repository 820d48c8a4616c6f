"""The peer of bench/step.ts: PyTorch's training step of the same CNN, at several settings. Speaks lines of JSON.

Reads {"peer": NAME, "steps": N} from stdin and answers {"milliseconds": [...], "loss": last}. First line out: versions and peers.
"""
import json, os, sys, time

size, batch, threads = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
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


first = CNN()
pixels = torch.randint(0, 256, (batch, 1, size, size)).float()
pixels[:, :, : size // 4] = 0
labels = torch.arange(batch) % 4


def peer(fused, channels_last):
    net = CNN()
    net.load_state_dict(first.state_dict())
    x = pixels
    if channels_last:
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(net.parameters(), 1e-3, fused=fused)

    def step():
        optimiser.zero_grad()
        loss = F.cross_entropy(net(x / 255), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


peers = {"plain": peer(False, False), "fused Adam": peer(True, False), "fused Adam, channels last": peer(True, True)}
print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "peers": list(peers)}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    times = []
    for _ in range(asked["steps"]):
        begun = time.perf_counter()
        loss = peers[asked["peer"]]()
        times.append(1000 * (time.perf_counter() - begun))
    print(json.dumps({"milliseconds": times, "loss": loss}), flush=True)
