"""import_check.py RUN_TFLITE FOLDER [CASE ...]: networks of other people's tools, on the oracle.

Builds networks as NanoNAS and ColabNAS do with Keras, trains them for a few steps, converts them with
TensorFlow Lite's converter to full-integer int8, and compares what run_tflite answers with LiteRT,
byte by byte on 1,000 images, and the arena it tells with what TensorFlow Lite Micro's interpreter
needs. So it does with each .tflite of the folder that the environment variable NANONAS_MODELS names.
Exits 1 when LiteRT's reference kernels differ anywhere or an arena does."""

import contextlib
import glob
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


def residual(k, shape, classes):
    """ResNet: maps added, of a shortcut that is the same and of one with a convolution."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv2D(k, 3, padding="same", activation="relu")(layers.Rescaling(1.0 / 255)(start))
    for n, stride in ((k, 1), (2 * k, 2)):
        y = layers.Conv2D(n, 3, strides=stride, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(layers.Conv2D(n, 3, padding="same", use_bias=False)(y))
        x = x if stride == 1 else layers.Conv2D(n, 1, strides=stride)(x)
        x = layers.ReLU()(layers.add([x, y]))
    x = layers.AveragePooling2D(4)(x)
    return tf.keras.Model(start, layers.Dense(classes, activation="softmax")(layers.Flatten()(x)))


def inverted(k, shape, classes):
    """MobileNetV2: explicit zeros before strides, linear bottlenecks added without a ReLU."""
    start = tf.keras.Input(shape=shape)
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(layers.Rescaling(1.0 / 127.5, offset=-1)(start))
    x = layers.Conv2D(k, 3, strides=2, use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for window, stride in ((3, 1), (5, 2), (3, 1)):
        y = layers.Conv2D(3 * k, 1, use_bias=False)(x)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.ZeroPadding2D((window // 2, window // 2))(y)
        y = layers.DepthwiseConv2D(window, strides=stride, use_bias=False)(y)
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(layers.Conv2D(k, 1, use_bias=False)(y))
        x = layers.add([x, y]) if stride == 1 else y
    return tf.keras.Model(start, head(x, classes, True))


def pools(k, shape, classes):
    """Windows that overlap, of two sides, with padding and without; one map read three times."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv2D(k, 3, padding="same", activation="relu")(start)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    x = layers.AveragePooling2D((2, 3), strides=(2, 1), padding="same")(x)
    a = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    b = layers.MaxPooling2D((1, 3), strides=1, padding="same")(x)
    x = layers.add([layers.Conv2D(k, 1)(x), layers.add([a, b])])
    x = layers.AveragePooling2D((3, 2), strides=(1, 2))(layers.ReLU()(x))
    return tf.keras.Model(start, head(x, classes, True))


def temporal(k, shape, classes):
    """1-D: time along one side, features as channels."""
    start = tf.keras.Input(shape=shape)
    x = layers.DepthwiseConv2D((3, 1), padding="valid")(start)
    x = layers.Conv2D(k, 1, activation="relu")(x)
    y = layers.Conv2D(k, (5, 1), padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((2, 1))(layers.add([x, y]))
    x = layers.Dense(2 * k, activation="relu")(layers.Flatten()(x))
    return tf.keras.Model(start, layers.Dense(classes, activation="softmax")(x))


def flattened(k, shape, classes):
    """A Flatten of batches of any size: SHAPE, STRIDED_SLICE and PACK tell a RESHAPE its shape."""
    start = tf.keras.Input(shape=shape)
    x = layers.MaxPooling2D(2)(layers.Conv2D(k, 3, activation="relu")(start))
    x = layers.Dense(12, activation="relu")(layers.Flatten()(x))
    return tf.keras.Model(start, layers.Dense(classes, activation="softmax")(x))


def sequence(k, shape, classes):
    """Conv1D: maps of three dimensions, EXPAND_DIMS and SQUEEZE or RESHAPE around each operator."""
    start = tf.keras.Input(shape=shape)
    x = layers.Conv1D(k, 5, padding="same", use_bias=False)(start)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.MaxPooling1D(2)(layers.add([x, layers.Conv1D(k, 3, padding="same")(x)]))
    x = layers.SeparableConv1D(2 * k, 3, padding="valid", activation="relu")(x)
    x = layers.GlobalAveragePooling1D()(x)
    return tf.keras.Model(start, layers.Dense(classes, activation="softmax")(x))


def encoder(shape, classes):
    """Dense behind dense on a vector, as in anomaly detection."""
    start = tf.keras.Input(shape=shape)
    x = start
    for n in (24, 6, 24):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(n)(x)))
    return tf.keras.Model(start, layers.Dense(classes)(x))


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
    ("residual", lambda: residual(6, (32, 32, 3), 10), tf.int8),
    ("residual-grey", lambda: residual(3, (27, 30, 1), 4), tf.uint8),
    ("inverted", lambda: inverted(4, (48, 48, 3), 2), tf.uint8),
    ("inverted-uneven", lambda: inverted(5, (31, 45, 3), 3), tf.int8),
    ("pools", lambda: pools(5, (29, 24, 3), 4), tf.int8),
    ("temporal", lambda: temporal(9, (30, 1, 12), 3), tf.int8),
    ("sequence", lambda: sequence(7, (40, 6), 3), tf.int8),
    ("flatten", lambda: flattened(4, (20, 22, 1), 5), tf.uint8),
    ("encoder", lambda: encoder((40,), 40), tf.int8),
    ("lone-relu", lambda: lone_relu(4, (20, 20, 1), 3), tf.int8),
]


def pictures(shape, count, classes, seed):
    """Noise, and waves whose direction and brightness tell the class: uint8 and labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    images = rng.integers(0, 256, (count,) + shape).astype(np.float32)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] if len(shape) == 3 else (None, None)
    for i, label in enumerate(labels):
        if i % 4 and y is not None:
            angle = math.pi * label / classes
            wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) / 2.5 + rng.uniform(0, 6))
            images[i] = 0.5 * images[i] + (50 + 60 * wave + rng.uniform(0, 60))[..., None]
    return np.clip(images, 0, 255).astype(np.uint8), labels


def convert(model, images, io, single):
    if single and any(isinstance(layer, layers.Flatten) for layer in model.layers):
        # Of one image: with a batch of unknown size Flatten becomes SHAPE, STRIDED_SLICE and PACK.
        start = tf.keras.Input(batch_shape=(1,) + model.input_shape[1:])
        clone = tf.keras.models.clone_model(model, input_tensors=start)
        clone.set_weights(model.get_weights())
        model = clone
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    # As converters before 2.14 made dense layers, where these lead the arena.
    converter._experimental_disable_per_channel_quantization_for_dense_layers = all(
        not isinstance(layer, layers.Conv2D) for layer in model.layers)
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
        scores.append(interpreter.get_tensor(writes["index"]).reshape(-1))
    return np.array(scores)


def check(name, build, io, tool, folder):
    tf.keras.utils.set_random_seed(7)
    model = build()
    shape, classes = model.input_shape[1:], model.output_shape[-1]
    images, labels = pictures(shape, 320, classes, 1)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(
        from_logits=name in ("logits", "lone-relu", "encoder"))
    model.compile(tf.keras.optimizers.Adam(0.01), loss)
    model.fit(images.astype(np.float32), labels, batch_size=16, epochs=2, verbose=0)

    path = os.path.join(folder, name + ".tflite")
    with open(path, "wb") as file:
        file.write(convert(model, images, io, name != "flatten"))
    return compare(name, path, tool, folder)


def compare(name, path, tool, folder):
    with open(path, "rb") as file:
        converted = file.read()
    ends = Interpreter(path)
    shape = tuple(ends.get_input_details()[0]["shape"][1:])
    classes = ends.get_output_details()[0]["shape"][-1]
    tests, _ = pictures(shape, IMAGES, classes, 2)
    pixels, scores = (os.path.join(folder, name + end) for end in (".pixels", ".scores"))
    tests.tofile(pixels)
    words = subprocess.run([tool, path, pixels, scores], check=True, capture_output=True,
                           text=True).stdout.split()
    scale, zero, out_scale, out_zero = (np.float32(words[2]), int(words[3]), np.float32(words[4]),
                                        int(words[5]))
    ours = np.fromfile(scores, np.int8).reshape(IMAGES, -1)
    if words[1] == "uint8":
        ours = (ours.astype(np.int16) + 128).astype(np.uint8)
    elif words[1] == "float32":
        ours = (ours.astype(np.float32) - out_zero) * out_scale

    def differ(resolver, count):
        theirs = litert(path, tests[:count], resolver, scale, zero)
        return np.mean(theirs != ours[:count]), int(np.sum(np.any(theirs != ours[:count], axis=1)))

    told = dict(zip(("arena", "head", "tail"), map(int, words[6:9])))
    priced = told["arena"] > 0
    problems = []
    if priced:
        engine, log = interpreter(converted, told["arena"])
        problems = breaches(converted, engine, told) if engine else [log.strip()]

    share, wrong = differ(OpResolverType.BUILTIN_REF, IMAGES)
    optimized, _ = differ(OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, OTHER_KERNELS)
    xnnpack, _ = differ(OpResolverType.AUTO, OTHER_KERNELS)
    print(f"{name}: {os.path.getsize(path):,} B, {words[0]} in, {len(np.unique(ours))} score values; "
          f"{IMAGES - wrong:,} of {IMAGES:,} images equal to the reference kernels in every byte; "
          f"scores that differ: reference {share:.2%}, optimized {optimized:.2%}, XNNPACK "
          f"{xnnpack:.2%}; "
          + (f"arena {told['arena']:,} B in TFLite Micro" if priced else "arena not told")
          + (": " + "; ".join(problems) if problems else ", 16 B less refused" if priced else ""),
          flush=True)
    return wrong == 0 and not problems


def main():
    tool, folder = sys.argv[1:3]
    wanted = sys.argv[3:]
    cases = [case for case in CASES if not wanted or case[0] in wanted]
    results = [check(*case, tool, folder) for case in cases]
    models = os.environ.get("NANONAS_MODELS", "")
    for path in sorted(glob.glob(os.path.join(models, "*.tflite")) if models else []):
        if not wanted or os.path.basename(path) in wanted:
            results.append(compare(os.path.basename(path), path, tool, folder))
    print(f"import: {sum(results)} of {len(results)} networks equal on all {IMAGES:,} images, the "
          "arenas that are told needed to the byte")
    return 0 if all(results) else 1


sys.exit(main())
