"""Full-size networks with random weights, and what torchvision, timm and transformers answer to random images of 256x256.

    python torch_models.py FOLDER        # writes FOLDER/{resnet18,vit-timm,vit-huggingface}.safetensors and their .golden.safetensors

Weights keep signals around 1, so that logits are numbers a trained network could give; ResNet's running statistics are those of two forward passes. Both
ViTs are files of 224x224 that are asked at 256x256, as each library does that itself.
"""
import importlib.metadata, json, pathlib, sys
import torch, torchvision
import timm
from safetensors.torch import load_file, save_file
from timm.models.vision_transformer import checkpoint_filter_fn
from transformers import ViTConfig, ViTForImageClassification

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(11)
IMAGES, SIZE = 2, 256
grey = torch.randint(0, 256, (IMAGES, 1, SIZE, SIZE)).float()


def normalised(mean, std):
    x = grey.repeat(1, 3, 1, 1) / 255
    return (x - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)


def randomised(net):
    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.ndim == 1:
                is_norm = name.endswith("weight")
                p.copy_(torch.randn_like(p) * 0.1 + (1 if is_norm else 0))
            elif "pos" in name or "cls" in name:
                p.normal_(std=0.2)
            else:
                p.normal_(std=p[0].numel() ** -0.5)
    return net


def golden(name, logits):
    save_file({"pixels": grey[:, 0].contiguous(), "logits": logits.contiguous()}, folder / f"{name}.golden.safetensors")


with torch.no_grad():
    net = randomised(torchvision.models.resnet18())
    x = normalised([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    net.train()
    net(x), net(x.flip(3))
    save_file(net.state_dict(), folder / "resnet18.safetensors")
    golden("resnet18", net.eval()(x))

    x = normalised([0.5] * 3, [0.5] * 3)
    save_file(randomised(timm.create_model("vit_base_patch16_224")).state_dict(), folder / "vit-timm.safetensors")
    net = timm.create_model("vit_base_patch16_224", img_size=SIZE).eval()
    net.load_state_dict(checkpoint_filter_fn(load_file(folder / "vit-timm.safetensors"), net))
    golden("vit-timm", net(x))

    config = ViTConfig(num_labels=1000)
    net = randomised(ViTForImageClassification(config)).eval()
    net.save_pretrained(folder / "hf")
    (folder / "hf" / "model.safetensors").rename(folder / "vit-huggingface.safetensors")
    golden("vit-huggingface", net(x, interpolate_pos_encoding=True).logits)

packages = ["torch", "torchvision", "timm", "transformers"]
print(json.dumps({package: importlib.metadata.version(package) for package in packages}))
