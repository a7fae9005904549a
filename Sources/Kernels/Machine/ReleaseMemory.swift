/// Returns the memory that tensors no longer use to the system, instead of keeping it for the next tensor.
public func releaseUnusedMemory() { BufferPool.release() }
