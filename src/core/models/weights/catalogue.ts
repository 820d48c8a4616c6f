/** The pre-trained weights that `weights fetch` gets: pinned, so that a study says which it stood on. */
import type { HubFile } from '../../hub/index.ts'
import type { Colours, Layout, PretrainedModel } from './layouts.ts'

export interface PinnedWeights extends HubFile {
  /** What the lab calls them: the repository's own name. */
  readonly name: string
  readonly layout: Layout['name']
  /** Size in bytes where it is known beforehand. The SHA-256 is the one the hub reports, see core/hub. */
  readonly bytes: number | null
  /** The licence its repository states, as an SPDX identifier. */
  readonly licence: string
  readonly mean: Colours
  readonly std: Colours
}

export const PINNED: Readonly<Record<PretrainedModel, PinnedWeights>> = {
  /** torchvision's IMAGENET1K_V1 as timm publishes it. */
  resnet18: {
    name: 'resnet18.tv_in1k',
    layout: 'torchvision',
    kind: 'model',
    repo: 'timm/resnet18.tv_in1k',
    revision: 'bbd144b3e5565108aad885f145491d11bc6ce807',
    file: 'model.safetensors',
    bytes: 46_807_446,
    licence: 'BSD-3-Clause',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  /** ViT-B/16, ImageNet-21k then ImageNet-1k (Dosovitskiy et al. 2021). */
  vit: {
    name: 'vit-base-patch16-224',
    layout: 'huggingface',
    kind: 'model',
    repo: 'google/vit-base-patch16-224',
    revision: '3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3',
    file: 'model.safetensors',
    bytes: 346_293_852,
    licence: 'Apache-2.0',
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  },
}
