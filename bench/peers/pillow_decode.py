"""Decodes 6,400 grey 128x128 JPEGs the way a Python script would: answers questions of bench/decode.ts, a line of JSON each.

    python pillow_decode.py make FOLDER    make the files: FOLDER/train.parquet and FOLDER/tree/<class>/*.jpg
    python pillow_decode.py run FOLDER N   for each line {"task": ...} on stdin, seconds and CPU seconds of N times over on stdout

Tasks: parquet (pyarrow + Pillow), datasets (Hugging Face datasets + Pillow), folder (Pillow).
"""

import io
import json
import os
import pathlib
import sys
import time

import numpy as np
import PIL
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

COUNT = 6400
NAMES = ['Mild_Demented', 'Moderate_Demented', 'Non_Demented', 'Very_Mild_Demented']
how, folder = sys.argv[1], pathlib.Path(sys.argv[2])
copies = int(sys.argv[3]) if len(sys.argv) > 3 else 1


def make():
    """Brain-like discs with texture and noise, about 4 kB each at quality 90."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:128, 0:128]
    rows, labels = [], []
    for i in range(COUNT):
        radius = np.hypot((x - 64) / 48, (y - 64) / 58) + 0.05 * rng.normal()
        texture = 40 * np.sin(x / rng.uniform(3, 9)) * np.cos(y / rng.uniform(3, 9))
        grey = np.where(radius < 1, 120 + texture - 60 * radius + rng.normal(0, 4, (128, 128)), rng.normal(2, 2, (128, 128)))
        out = io.BytesIO()
        Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(out, 'JPEG', quality=90)
        label = i % 4
        rows.append({'bytes': out.getvalue(), 'path': f'{i:05d}.jpg'})
        labels.append(label)
        place = folder / 'tree' / NAMES[label]
        place.mkdir(parents=True, exist_ok=True)
        (place / f'{i:05d}.jpg').write_bytes(out.getvalue())
    label = {'names': NAMES, '_type': 'ClassLabel'}
    features = {'huggingface': json.dumps({'info': {'features': {'image': {'_type': 'Image'}, 'label': label}}})}
    image = pa.struct([('bytes', pa.binary()), ('path', pa.string())])
    schema = pa.schema([('image', image), ('label', pa.int64())], metadata=features)
    pq.write_table(pa.table({'image': rows, 'label': labels}, schema=schema), folder / 'train.parquet', row_group_size=100)
    print(json.dumps({'bytes': sum(len(row['bytes']) for row in rows) // COUNT}))


def grey(source):
    return np.asarray(Image.open(source).convert('L'))


def parquet():
    for batch in pq.ParquetFile(folder / 'train.parquet').iter_batches(batch_size=100):
        for row in batch.to_pylist():
            yield grey(io.BytesIO(row['image']['bytes']))


def tree():
    for path in sorted((folder / 'tree').glob('*/*.jpg')):
        yield grey(path)


def hugging_face():
    for row in dataset:
        yield np.asarray(row['image'].convert('L'))


def run():
    global dataset
    tasks = {'parquet': parquet, 'folder': tree}
    versions = {'python': sys.version.split()[0], 'pillow': PIL.__version__, 'pyarrow': pa.__version__}
    try:
        os.environ['HF_HUB_OFFLINE'] = '1'
        import datasets

        datasets.disable_progress_bars()
        dataset = datasets.Dataset.from_parquet(str(folder / 'train.parquet'), cache_dir=str(folder / 'cache'))
        tasks['datasets'] = hugging_face
        versions['datasets'] = datasets.__version__
    except ImportError:
        pass
    print(json.dumps({**versions, 'tasks': list(tasks)}), flush=True)
    for line in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        task = tasks[json.loads(line)['task']]
        images = sum(1 for _ in range(copies) for _ in task())
        spent = {'seconds': time.perf_counter() - start, 'cpu': time.process_time() - cpu}
        print(json.dumps({'images': images, **spent}), flush=True)


make() if how == 'make' else run()
