"""make_onnx_corpus.py FOLDER: the kept inputs of the reader of .onnx, made anew. Needs onnx and numpy (.ci/peers.d/onnx)."""

import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = numpy.random.default_rng(1)


def floats(name, *dims):
    return numpy_helper.from_array(RANDOM.normal(0, 0.5, dims).astype(numpy.float32), name)


def whole(name, *values):
    return numpy_helper.from_array(numpy.array(values, numpy.int64), name)


def model(nodes, constants, image, outputs, opset=13, inputs=None):
    ends = inputs or [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["images", *image])]
    scores = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["images", outputs])]
    graph = helper.make_graph(nodes, "graph", ends, scores, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], name=output + "_node", **attributes)


def chain(opset=13):
    """Convolution, batch norm, ReLU, max pool, flattened channels first, dense, softmax."""
    nodes = [node("Conv", ["image", "w", "b"], "c", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
             node("BatchNormalization", ["c", "g", "h", "m", "v"], "n"), node("Relu", ["n"], "r"),
             node("MaxPool", ["r"], "p", kernel_shape=[2, 2], strides=[2, 2]),
             node("Shape", ["p"], "s"), node("Gather", ["s", "zero"], "first"),
             node("Unsqueeze", ["first", "axes"], "row"), node("Concat", ["row", "rest"], "to", axis=0),
             node("Reshape", ["p", "to"], "f"), node("Gemm", ["f", "d", "e"], "l", transB=1),
             node("Softmax", ["l"], "scores")]
    variance = numpy_helper.from_array(numpy.array([0.5, 1, 2], numpy.float32), "v")
    zero = numpy_helper.from_array(numpy.array(0, numpy.int64), "zero")
    constants = [floats("w", 3, 2, 3, 3), floats("b", 3), floats("g", 3), floats("h", 3), floats("m", 3), variance,
                 zero, whole("axes", 0), whole("rest", -1), floats("d", 4, 18), floats("e", 4)]
    return model(nodes, constants, [2, 6, 5], 4, opset)


def graph():
    """A residual, a depthwise convolution, pads, ReLU6, a mean of two dimensions, MatMul and Add."""
    low, high = (numpy_helper.from_array(numpy.float32(value), name) for value, name in ((0, "low"), (6, "high")))
    nodes = [node("Conv", ["image", "w"], "a", pads=[1, 1, 1, 1], strides=[2, 2]), node("Clip", ["a", "low", "high"], "b"),
             node("Pad", ["b", "pads"], "c"), node("Conv", ["c", "x"], "d", group=4),
             node("Add", ["d", "b"], "e"), node("MaxPool", ["b"], "f", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
             node("Add", ["e", "f"], "g"), node("ReduceMean", ["g"], "h", axes=[2, 3], keepdims=0),
             node("MatMul", ["h", "y"], "i"), node("Add", ["i", "z"], "scores")]
    constants = [floats("w", 4, 3, 3, 3), low, high, whole("pads", 0, 0, 1, 1, 0, 0, 1, 1), floats("x", 4, 1, 3, 3),
                 floats("y", 4, 3), floats("z", 3)]
    return model(nodes, constants, [3, 8, 7], 3)


def turned():
    """As TensorFlow's converter writes it: channels last, turned at both ends."""
    nodes = [node("Transpose", ["image"], "a", perm=[0, 3, 1, 2]),
             node("Conv", ["a", "w", "b"], "c", auto_pad="SAME_UPPER", strides=[2, 2]), node("Relu", ["c"], "d"),
             node("AveragePool", ["d"], "e", kernel_shape=[2, 2], auto_pad="SAME_UPPER"),
             node("Transpose", ["e"], "f", perm=[0, 2, 3, 1]), node("Reshape", ["f", "row"], "g"),
             node("MatMul", ["g", "x"], "h"), node("Add", ["h", "y"], "scores")]
    constants = [floats("w", 4, 2, 3, 3), floats("b", 4), whole("row", -1, 24), floats("x", 24, 3), floats("y", 3)]
    return model(nodes, constants, [6, 4, 2], 3)


def quantized():
    """QDQ: a convolution of a scale per output, a residual, a mean that changes the scale, a dense layer."""
    constants, nodes = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(numpy.asarray(value), name))
        return name

    def steps(name, scale, zero):
        return [constant(name + ".scale", numpy.float32(scale)), constant(name + ".zero", numpy.uint8(zero))]

    def stored(value, scale, zero):
        ends = steps(value, scale, zero)
        nodes.append(node("QuantizeLinear", [value, *ends], value + ".q"))
        nodes.append(node("DequantizeLinear", [value + ".q", *ends], value + ".d"))
        return value + ".d"

    def weights(name, dims, axis):
        scales = RANDOM.uniform(0.002, 0.01, dims[axis]).astype(numpy.float32)
        nodes.append(node("DequantizeLinear",
                          [constant(name + ".w", RANDOM.integers(-127, 128, dims).astype(numpy.int8)),
                           constant(name + ".s", scales), constant(name + ".z", numpy.zeros(dims[axis], numpy.int8))],
                          name + ".weights", axis=axis))
        nodes.append(node("DequantizeLinear",
                          [constant(name + ".b", RANDOM.integers(-999, 999, dims[axis]).astype(numpy.int32)),
                           constant(name + ".bs", (scales * numpy.float32(0.02)).astype(numpy.float32)),
                           constant(name + ".bz", numpy.zeros(dims[axis], numpy.int32))], name + ".bias", axis=0))
        return [name + ".weights", name + ".bias"]

    image = stored("image", 0.02, 128)
    nodes.append(node("Conv", [image, *weights("conv", [4, 2, 3, 3], 0)], "a", pads=[1, 1, 1, 1]))
    nodes.append(node("Relu", ["a"], "b"))
    first = stored("b", 0.02, 0)
    nodes.append(node("Conv", [first, *weights("other", [4, 4, 1, 1], 0)], "c"))
    nodes.append(node("Add", [stored("c", 0.015, 120), first], "d"))
    nodes.append(node("GlobalAveragePool", [stored("d", 0.03, 90)], "e"))
    nodes.append(node("Flatten", [stored("e", 0.01, 100)], "f"))
    nodes.append(node("Gemm", [stored("f", 0.01, 100), *weights("last", [4, 3], 1)], "g"))
    end = stored("g", 0.05, 128)
    nodes.append(node("Identity", [end], "scores"))
    return model(nodes, constants, [2, 5, 6], 3)


def changed(build, change):
    made = build()
    change(made.graph)
    return made


def external(made, location):
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "216")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return made


def main():
    folder = pathlib.Path(sys.argv[1])
    bytes_of = {
        "chain": chain(), "graph": graph(), "turned": turned(), "quantized": quantized(),
        "unknown-operator": changed(chain, lambda g: setattr(g.node[2], "op_type", "Sigmoid")),
        "cycle": changed(graph, lambda g: g.node[0].input.__setitem__(0, "e")),
        "dilated": changed(chain, lambda g: g.node[0].attribute.append(helper.make_attribute("dilations", [2, 2]))),
        "short-weights": changed(chain, lambda g: setattr(g.initializer[0], "raw_data", b"short")),
        "huge": changed(chain, lambda g: g.initializer[0].dims.__setitem__(0, 1 << 40)),
        "two-inputs": changed(chain, lambda g: g.input.append(
            helper.make_tensor_value_info("more", TensorProto.FLOAT, [1, 3]))),
        "shapes-do-not-meet": changed(graph, lambda g: g.node[4].input.__setitem__(1, "image")),
        "pool-below-zero": changed(graph, lambda g: (g.node[5].input.__setitem__(0, "d"), g.node[5].attribute.append(
            helper.make_attribute("strides", [2, 2])))),
        "not-quantized": changed(quantized, lambda g: g.node[10].input.__setitem__(0, "b")),
        "outside": external(chain(), "../../etc/passwd"),
        "old-opset": chain(6),
    }
    for name, made in bytes_of.items():
        (folder / f"{name}.onnx").write_bytes(made.SerializeToString())
    (folder / "truncated.onnx").write_bytes(chain().SerializeToString()[:700])


if __name__ == "__main__":
    main()
