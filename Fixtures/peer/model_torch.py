"""The model in PyTorch, as one would write it to be fast on a processor: tokens grouped by expert, no expert computed in vain.

    python3 model_torch.py RUN TEXT THREADS eager|compile        # answers commands of run.py's `serve`
"""

import sys
from functools import partial

import torch
import torch.nn.functional as F

from run import Run, positions, serve


def attention(w, u, v_b, R, h, memory, H):
    (B, T, _), context = h.shape, h if memory is None else torch.cat([memory, h], dim=1)
    K, x = context.shape[1], u.shape[0] // H
    q = F.linear(h, w["attention.query.weight"])
    k, v = F.linear(context, w["attention.keyValue.weight"]).view(B, K, 2, H, x).permute(2, 0, 3, 1, 4)
    r = F.linear(R, w["attention.position.weight"]).view(K, H, x).permute(1, 2, 0)
    AC = ((q + u) * x ** -0.5).view(B, T, H, x).transpose(1, 2) @ k.transpose(2, 3)
    # One product for each head, over the rows of all sequences.
    BD = (((q + v_b) * x ** -0.5).view(B * T, H, x).transpose(0, 1) @ r).view(H, B, T, K).transpose(0, 1)
    # Column j for query i moves to where key j lies: pad, read as K+1 rows, drop the first.
    BD = F.pad(BD, (1, 0)).reshape(B, H, K + 1, T)[:, :, 1:].reshape(B, H, T, K)
    future = torch.ones(T, K, dtype=torch.bool).triu(K - T + 1)
    P = (AC + BD).masked_fill(future, -torch.inf).softmax(dim=-1)
    return F.linear((P @ v).transpose(1, 2).reshape(B, T, H * x), w["attention.output.weight"])


def router(w, h, N):
    name = "feedForward.router."
    if name + "embedding" not in w:
        return F.linear(h, w[name + "weight"], w[name + "bias"])
    z = F.linear(w[name + "embedding"], w[name + "hypernetwork.weight1"], w[name + "hypernetwork.bias1"]).relu()
    o = F.linear(z, w[name + "hypernetwork.weight2"], w[name + "hypernetwork.bias2"]).view(N, -1)
    return F.linear(h, o[:, :-1], o[:, -1])


def norm(w, x, name):
    return F.layer_norm(x, x.shape[-1:], w[name + ".norm.gain"], w[name + ".norm.bias"])


def until_experts(w, u, v_b, R, h, memory, H, N, k):
    """A layer up to the choice of experts."""
    h = norm(w, h + attention(w, u, v_b, R, h, memory, H), "attention")
    x = h.view(-1, h.shape[-1])
    return h, x, *router(w, x, N).softmax(dim=-1).topk(k, dim=-1)


def mixture(experts, x, gates, chosen):
    """The experts, each for the tokens that chose it."""
    order = chosen.flatten().argsort(stable=True)
    rows = order // chosen.shape[1]
    counts = chosen.flatten().bincount(minlength=len(experts)).tolist()
    y = torch.cat([
        F.linear(F.linear(part, W1, b1).relu(), W2, b2)
        for part, (W1, b1, W2, b2) in zip(x.index_select(0, rows).split(counts), experts)
    ])
    return torch.zeros_like(x).index_add(0, rows, y * gates.flatten()[order, None])


def after_experts(w, h, y):
    return norm(w, h + y.view_as(h), "feedForward")


def cross_entropy(h, embedding, bias, targets):
    return F.cross_entropy(F.linear(h, embedding, bias).flatten(0, 1), targets.flatten())


class Peer:
    def __init__(self, run, compiled):
        self.run, self.trained, self.R = run, [], {}
        p = {name: torch.from_numpy(value) for name, value in run.weights.items()}
        # One tensor for each expert: a gradient of a slice would be as large as all experts.
        split = {name: [part.clone() for part in p.pop(name)] for name in list(p) if ".experts." in name}
        for name, value in [*p.items(), *((name, part) for name, parts in split.items() for part in parts)]:
            if name not in run.frozen:
                self.trained.append(value.requires_grad_())
        self.p, self.layers = p, []
        for l in range(run.c["layers"]):
            start = f"layers.{l}."
            w = {name.removeprefix(start): value for name, value in p.items() if name.startswith(start)}
            parts = ("weight1", "bias1", "weight2", "bias2")
            self.layers.append((w, list(zip(*(split[f"{start}feedForward.experts.{part}"] for part in parts)))))
        self.optimiser = torch.optim.Adam(self.trained, lr=run.rate, fused=True)
        # Whatever has shapes known beforehand is compiled, once for all layers. How many tokens an expert gets changes with
        # every step: a compiler would begin anew.
        wrap = partial(torch.compile, dynamic=False) if compiled else lambda function: function
        self.until_experts, self.after_experts = wrap(until_experts), wrap(after_experts)
        self.cross_entropy = wrap(cross_entropy)
        self.forget()

    def forget(self):
        self.memory = None

    def prepare(self, inputs, targets):
        return torch.from_numpy(inputs), torch.from_numpy(targets)

    def forward(self, inputs, targets, memory, R):
        p, c = self.p, self.run.c
        h, states = F.embedding(inputs, p["embedding.weight"]) * c["model_width"] ** 0.5, []
        for l, (w, experts) in enumerate(self.layers):
            states.append(h.detach())
            h, *routed = self.until_experts(
                w, p["relative.u"], p["relative.v"], R, h, memory and memory[l], c["heads"], c["experts"], self.run.k)
            h = self.after_experts(w, h, mixture(experts, *routed))
        return self.cross_entropy(h, p["embedding.weight"], p["output.bias"], targets), states

    def loss(self, inputs, targets, grad=False):
        K = inputs.shape[1] + (self.memory[0].shape[1] if self.memory else 0)
        if K not in self.R:
            self.R[K] = torch.from_numpy(positions(K, self.run.c["model_width"]))
        with torch.set_grad_enabled(grad):
            loss, states = self.forward(inputs, targets, self.memory, self.R[K])
        if self.memory and inputs.shape[1] < self.run.memory:
            states = [torch.cat([old, new], dim=1) for old, new in zip(self.memory, states)]
        self.memory = [x[:, -self.run.memory:] for x in states]
        return loss

    def step(self, inputs, targets):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss(inputs, targets, grad=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, self.run.clip, foreach=True)
        self.optimiser.step()
        return loss.detach()


if __name__ == "__main__":
    directory, text, threads, mode = sys.argv[1:]
    torch.set_num_threads(int(threads))
    run = Run(directory, text)
    serve(Peer(run, compiled=mode == "compile"), run)
