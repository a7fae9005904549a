"""The model in JAX, one compiled function for a whole step.

    python3 model_jax.py RUN TEXT        # answers commands of run.py's `serve`

Shapes must be known when it is compiled. So tokens are sorted by expert, and every expert's are padded to whole blocks of
rows (as MegaBlocks does): how many blocks there are at most is known, and every block meets the weights of one expert.
`jax.lax.ragged_dot` would be shorter, but was five to eight times slower than PyTorch's loop over experts.
"""

import sys
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from run import Run, positions, serve

BLOCK = 32


def attention(p, c, h, memory, name):
    H, x, d = c["heads"], c["head_width"], c["model_width"]
    (B, T, _), context = h.shape, jnp.concatenate([memory, h], axis=1)
    K = context.shape[1]
    q = (h @ p[name + ".query.weight"].T).reshape(B, T, H, x)
    k, v = jnp.moveaxis((context @ p[name + ".keyValue.weight"].T).reshape(B, K, 2, H, x), 2, 0)
    r = (positions(K, d) @ p[name + ".position.weight"].T).reshape(K, H, x)
    AC = jnp.einsum("bihx,bjhx->bhij", q + p["relative.u"].reshape(H, x), k)
    BD = jnp.einsum("bihx,jhx->bhij", q + p["relative.v"].reshape(H, x), r)
    # Column j for query i moves to where key j lies: pad, read as K+1 rows, drop the first.
    BD = jnp.pad(BD, ((0, 0), (0, 0), (0, 0), (1, 0))).reshape(B, H, K + 1, T)[:, :, 1:].reshape(B, H, T, K)
    future = np.triu(np.ones((T, K), bool), K - T + 1)
    P = jax.nn.softmax(jnp.where(future, -jnp.inf, (AC + BD) * x ** -0.5))
    return jnp.einsum("bhij,bjhx->bihx", P, v).reshape(B, T, H * x) @ p[name + ".output.weight"].T


def router(p, c, h, name):
    name += ".router."
    if name + "embedding" not in p:
        return h @ p[name + "weight"].T + p[name + "bias"]
    z = jax.nn.relu(p[name + "hypernetwork.weight1"] @ p[name + "embedding"] + p[name + "hypernetwork.bias1"])
    o = (p[name + "hypernetwork.weight2"] @ z + p[name + "hypernetwork.bias2"]).reshape(c["experts"], -1)
    return h @ o[:, :-1].T + o[:, -1]


def mixture(p, c, k, h, name):
    N, (n, d) = c["experts"], h.shape
    gates, chosen = jax.lax.top_k(jax.nn.softmax(router(p, c, h, name)), k)
    order = jnp.argsort(chosen.reshape(-1))
    expert = chosen.reshape(-1)[order]
    counts = jnp.bincount(chosen.reshape(-1), length=N)
    blocks = -(-counts // BLOCK)  # of each expert
    ends = jnp.cumsum(blocks)
    most = n * k // BLOCK + N
    # Where each pair of token and expert goes: its expert's first block, and its place among the expert's pairs.
    place = (ends - blocks)[expert] * BLOCK + jnp.arange(n * k) - (jnp.cumsum(counts) - counts)[expert]
    rows = jnp.zeros(most * BLOCK, int).at[place].set(order // k, unique_indices=True)
    weight = jnp.zeros(most * BLOCK).at[place].set(gates.reshape(-1)[order], unique_indices=True)  # 0: padding
    owner = jnp.minimum(jnp.searchsorted(ends, jnp.arange(most), side="right"), N - 1)
    W1, b1, W2, b2 = (p[f"{name}.experts.{part}"][owner] for part in ("weight1", "bias1", "weight2", "bias2"))
    z = jax.nn.relu(jnp.einsum("bnd,bfd->bnf", h[rows].reshape(most, BLOCK, d), W1) + b1[:, None])
    y = (jnp.einsum("bnf,bdf->bnd", z, W2) + b2[:, None]).reshape(-1, d)
    return jnp.zeros_like(h).at[rows].add(y * weight[:, None])


def norm(p, x, name):
    x = x - x.mean(axis=-1, keepdims=True)
    return p[name + ".norm.gain"] * x * jax.lax.rsqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5) + p[name + ".norm.bias"]


def loss(trained, frozen, memory, inputs, targets, c, k, M):
    p, d = trained | frozen, c["model_width"]
    h, states = p["embedding.weight"][inputs] * d ** 0.5, []
    for l in range(c["layers"]):
        states.append(h)
        name = f"layers.{l}.attention"
        h = norm(p, h + attention(p, c, h, memory[l], name), name)
        name = f"layers.{l}.feedForward"
        h = norm(p, h + mixture(p, c, k, h.reshape(-1, d), name).reshape(h.shape), name)
    logits = jax.nn.log_softmax(h @ p["embedding.weight"].T + p["output.bias"])
    states = [jax.lax.stop_gradient(jnp.concatenate(pair, axis=1)[:, -M:]) for pair in zip(memory, states)]
    return -jnp.take_along_axis(logits, targets[..., None], axis=-1).mean(), states


def step(trained, moments, memory, t, frozen, inputs, targets, c, k, M, clip, rate):
    (value, memory), g = jax.value_and_grad(loss, has_aux=True)(trained, frozen, memory, inputs, targets, c, k, M)
    norm = jnp.sqrt(sum((x * x).sum() for x in g.values()))
    scale, correct1, correct2 = jnp.minimum(1, clip / norm), 1 - 0.9 ** t, 1 - 0.999 ** t
    w, m, v = {}, {}, {}
    for name, x in g.items():
        x = x * scale
        m[name] = 0.9 * moments[0][name] + 0.1 * x
        v[name] = 0.999 * moments[1][name] + 0.001 * x * x
        w[name] = trained[name] - rate * (m[name] / correct1) / (jnp.sqrt(v[name] / correct2) + 1e-8)
    return w, (m, v), memory, value


class Peer:
    def __init__(self, run):
        self.run, weights = run, {name: jnp.array(value) for name, value in run.weights.items()}
        self.frozen = {name: weights.pop(name) for name in run.frozen}
        self.trained, self.t = weights, 0
        self.moments = tuple({name: jnp.zeros_like(x) for name, x in weights.items()} for _ in range(2))
        settings = dict(c=run.c, k=run.k, M=run.memory)
        self.compiled_loss = jax.jit(partial(loss, **settings))
        self.compiled_step = jax.jit(partial(step, **settings, clip=run.clip, rate=run.rate), donate_argnums=(0, 1, 2))
        self.forget()

    def forget(self):
        self.memory = None

    def prepare(self, inputs, targets):
        return jnp.array(inputs, jnp.int32), jnp.array(targets, jnp.int32)

    def begin(self, inputs):
        """No memory: as many tensors without rows as layers."""
        if self.memory is None:
            shape = (len(inputs), 0, self.run.c["model_width"])
            self.memory = [jnp.zeros(shape) for _ in range(self.run.c["layers"])]

    def loss(self, inputs, targets):
        self.begin(inputs)
        value, self.memory = self.compiled_loss(self.trained, self.frozen, self.memory, inputs, targets)
        return value

    def step(self, inputs, targets):
        self.begin(inputs)
        self.t += 1
        self.trained, self.moments, self.memory, value = jax.block_until_ready(self.compiled_step(
            self.trained, self.moments, self.memory, jnp.float32(self.t), self.frozen, inputs, targets))
        return value


if __name__ == "__main__":
    run = Run(*sys.argv[1:3])
    serve(Peer(run), run)
