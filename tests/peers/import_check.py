"""import_check.py RUN_TFLITE FOLDER: networks of other people's tools, on the oracle.

Builds networks as NanoNAS and ColabNAS do with Keras, trains them for a few steps, converts them with
TensorFlow Lite's converter to full-integer int8, and compares what run_tflite answers with LiteRT,
byte by byte on 1,000 images, and the arena it tells with what TensorFlow Lite Micro's interpreter
needs. Exits 1 when LiteRT's reference kernels differ anywhere or an arena does."""

import contextlib
import math
import os
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflm_arena import breaches, interpreter

IMAGES = 1000
OTHER_KERNELS = 200  # images for the kernels that are only reported
layers = tf.keras.layers


def head(x, classes, softmax):
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(classes, activation="softmax" if softmax else None)(layers.Dropout(0.5)(x))


def nanonas(k, c, shape, classes, softmax=True):
    """Scaling and batch norm inside, batch norm behind ReLU and pool: MUL and ADD stay in the file."""
    start = tf.keras.Input(shape=shape)
    x = layers.BatchNormalization()(layers.Rescaling(1.0 / 255)(start))
    n, multiplier = k, 2.0
    x = layers.Conv2D(n, 3, activation="relu", padding="same")(x)
    for i in range(1, c + 1):
        n = math.ceil(n * multiplier)
        multiplier -= 2.0**-i
        x = layers.BatchNormalization()(layers.MaxPooling2D(2, 2)(x))
        x = layers.Conv2D(n, 3, activation="relu", padding="same")(x)
    return tf.keras.Model(start, head(x, classes, softmax))


def colabnas(k, c, shape, classes):
    """Raw pixels in, batch norm folded, one hidden dense layer."""
    start = tf.keras.Input(shape=shape)
    x, n = start, k
    for i in range(c + 1):
        x = layers.MaxPooling2D(2, 2)(x) if i else x
        x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(n, 3, padding="same")(x)))
        n *= 2
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(n)(x)))
    x = layers.BatchNormalization()(layers.Dense(classes)(x))
    return tf.keras.Model(start, layers.Softmax()(x))


def late_relu(k, shape, classes):
    """Batch norm behind a pool, ReLU behind that: fused into the ADD."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv2D(k, 5, padding="same")(layers.Rescaling(1.0 / 127.5, offset=-1)(start))
    x = layers.ReLU()(layers.BatchNormalization()(layers.MaxPooling2D(3, 3)(x)))
    x = layers.Conv2D(2 * k, 1, activation="relu")(x)
    return tf.keras.Model(start, head(x, classes, True))


def lone_relu(k, shape, classes):
    """ReLU behind the average: an operator of its own."""
    start = tf.keras.Input(shape=shape)
    x = layers.MaxPooling2D(2, 2)(layers.Conv2D(k, 3, padding="same")(start))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(2 * k, 3, padding="same")(x))
    return tf.keras.Model(start, layers.Dense(classes)(layers.ReLU()(x)))


def separable(k, shape, classes):
    """DS-CNN and MobileNet: a long window with a stride, then depthwise and 1x1 convolutions."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv2D(k, (10, 4), strides=2, padding="same", use_bias=False)(start)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for stride in (1, 2, 1):
        x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(2 * k, 1)(x)))
    return tf.keras.Model(start, head(x, classes, True))


def windows(k, shape, classes):
    """Even and flat windows, both paddings, strides of two sides, a depthwise multiplier."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv2D(k, (4, 2), strides=(1, 2), padding="valid", activation="relu")(start)
    x = layers.DepthwiseConv2D((5, 3), strides=(2, 1), depth_multiplier=3, padding="same")(x)
    x = layers.Conv2D(2 * k, (1, 3), padding="same", activation="relu")(x)
    x = layers.DepthwiseConv2D((2, 4), padding="valid", activation="relu")(x)
    x = layers.Conv2D(k, 1, strides=2)(x)
    return tf.keras.Model(start, head(x, classes, True))


RGB, GREY = (50, 50, 3), (28, 28, 1)
CASES = [
    ("nanonas-k3c3", lambda: nanonas(3, 3, RGB, 2), tf.uint8),
    ("nanonas-k5c4", lambda: nanonas(5, 4, RGB, 5), tf.int8),
    ("nanonas-k14c4", lambda: nanonas(14, 4, (32, 32, 3), 10), tf.uint8),
    ("logits", lambda: nanonas(4, 2, (33, 21, 3), 7, softmax=False), tf.int8),
    ("grey-float", lambda: nanonas(6, 1, GREY, 10), tf.float32),
    ("colabnas-k4c3", lambda: colabnas(4, 3, RGB, 4), tf.uint8),
    ("late-relu", lambda: late_relu(5, (30, 30, 1), 4), tf.int8),
    ("separable", lambda: separable(6, (49, 10, 1), 12), tf.int8),
    ("separable-rgb", lambda: separable(4, (40, 33, 3), 2), tf.uint8),
    ("windows", lambda: windows(5, (31, 22, 3), 4), tf.int8),
    ("windows-even", lambda: windows(4, (24, 24, 1), 3), tf.uint8),
    ("lone-relu", lambda: lone_relu(4, (20, 20, 1), 3), tf.int8),
]


def pictures(shape, count, classes, seed):
    """Noise, and waves whose direction and brightness tell the class: uint8 and labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    images = rng.integers(0, 256, (count,) + shape).astype(np.float32)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    for i, label in enumerate(labels):
        if i % 4:
            angle = math.pi * label / classes
            wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) / 2.5 + rng.uniform(0, 6))
            images[i] = 0.5 * images[i] + (50 + 60 * wave + rng.uniform(0, 60))[..., None]
    return np.clip(images, 0, 255).astype(np.uint8), labels


def convert(model, images, io):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([i[None].astype(np.float32)] for i in images[:100])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = io
    with contextlib.redirect_stdout(sys.stderr):  # Keras lists every variable
        return converter.convert()


def litert(path, images, resolver, scale, zero):
    """Scores as the file writes them; pixels go in as bytes, as int8, or as what they stand for."""
    interpreter = Interpreter(path, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    reads, writes = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scores = []
    for image in images:
        if reads["dtype"] == np.int8:
            image = (image.astype(np.int16) - 128).astype(np.int8)
        elif reads["dtype"] == np.float32:
            image = (image.astype(np.float32) - 128 - zero) * scale
        interpreter.set_tensor(reads["index"], image[None])
        interpreter.invoke()
        scores.append(interpreter.get_tensor(writes["index"])[0])
    return np.array(scores)


def check(name, build, io, tool, folder):
    tf.keras.utils.set_random_seed(7)
    model = build()
    shape, classes = model.input_shape[1:], model.output_shape[-1]
    images, labels = pictures(shape, 320, classes, 1)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(
        from_logits=name in ("logits", "lone-relu"))
    model.compile(tf.keras.optimizers.Adam(0.01), loss)
    model.fit(images.astype(np.float32), labels, batch_size=16, epochs=2, verbose=0)

    path = os.path.join(folder, name + ".tflite")
    converted = convert(model, images, io)
    with open(path, "wb") as file:
        file.write(converted)
    tests, _ = pictures(shape, IMAGES, classes, 2)
    tests.tofile(path + ".pixels")
    words = subprocess.run([tool, path, path + ".pixels", path + ".scores"], check=True,
                           capture_output=True, text=True).stdout.split()
    scale, zero, out_scale, out_zero = (np.float32(words[2]), int(words[3]), np.float32(words[4]),
                                        int(words[5]))
    ours = np.fromfile(path + ".scores", np.int8).reshape(IMAGES, classes)
    if words[1] == "uint8":
        ours = (ours.astype(np.int16) + 128).astype(np.uint8)
    elif words[1] == "float32":
        ours = (ours.astype(np.float32) - out_zero) * out_scale

    def differ(resolver, count):
        theirs = litert(path, tests[:count], resolver, scale, zero)
        return np.mean(theirs != ours[:count]), int(np.sum(np.any(theirs != ours[:count], axis=1)))

    told = dict(zip(("arena", "head", "tail"), map(int, words[6:9])))
    engine, log = interpreter(converted, told["arena"])
    problems = breaches(converted, engine, told) if engine else [log.strip()]

    share, wrong = differ(OpResolverType.BUILTIN_REF, IMAGES)
    optimized, _ = differ(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, OTHER_KERNELS)
    xnnpack, _ = differ(OpResolverType.AUTO, OTHER_KERNELS)
    print(f"{name}: {os.path.getsize(path):,} B, {words[0]} in, {len(np.unique(ours))} score values; "
          f"{IMAGES - wrong:,} of {IMAGES:,} images equal to the reference kernels in every byte; "
          f"scores that differ: reference {share:.2%}, optimized {optimized:.2%}, XNNPACK "
          f"{xnnpack:.2%}; arena {told['arena']:,} B in TFLite Micro"
          + (": " + "; ".join(problems) if problems else ", 16 B less refused"), flush=True)
    return wrong == 0 and not problems


def main():
    tool, folder = sys.argv[1:3]
    wanted = sys.argv[3:]
    cases = [case for case in CASES if not wanted or case[0] in wanted]
    results = [check(*case, tool, folder) for case in cases]
    print(f"import: {sum(results)} of {len(results)} networks equal on all {IMAGES:,} images, their "
          "arenas told to the byte")
    return 0 if all(results) else 1


sys.exit(main())
