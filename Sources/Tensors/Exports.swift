// A tensor's scalar, `Real`, and the threads of its operations, `Workers`, are the kernels' own types: whoever imports
// tensors needs both.
@_exported import Kernels
