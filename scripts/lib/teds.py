"""TEDS-Struct: how like two tables' structures are, 0..1, by the tree edit distance of their HTML trees.

The measure is that of Zhong et al., "Image-based table recognition: data, model, and evaluation"
(ECCV 2020), without the text of the cells; the distance is that of Zhang and Shasha, "Simple fast
algorithms for the editing distance between trees and related problems" (SIAM J. Comput. 18, 1989).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, int, int]
"""A cell: row, column, row span, column span."""

Label: TypeAlias = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Tree:
    """A node with its children in order."""

    label: Label
    children: tuple[Tree, ...] = ()


def table_tree(rows: int, cells: Iterable[Span]) -> Tree:
    """Return the tree of a table: `table`, a `tr` for each of its rows, a `td` for each cell."""
    held: list[list[Span]] = [[] for _ in range(rows)]
    for cell in cells:
        held[cell[0]].append(cell)
    return Tree(
        ("table", 1, 1),
        tuple(
            Tree(("tr", 1, 1), tuple(Tree(("td", cell[2], cell[3])) for cell in sorted(row))) for row in held
        ),
    )


@dataclass(frozen=True, slots=True)
class _Flat:
    """A tree in postorder: labels, each node's leftmost leaf, and the keyroots in ascending order."""

    labels: tuple[Label, ...]
    leftmost: tuple[int, ...]
    keyroots: tuple[int, ...]


def _flatten(tree: Tree) -> _Flat:
    labels: list[Label] = []
    leftmost: list[int] = []

    def visit(node: Tree) -> int:
        first = [visit(child) for child in node.children]
        labels.append(node.label)
        leftmost.append(first[0] if first else len(labels) - 1)
        return leftmost[-1]

    visit(tree)
    last_with = {left: index for index, left in enumerate(leftmost)}
    return _Flat(tuple(labels), tuple(leftmost), tuple(sorted(last_with.values())))


def distance(one: Tree, other: Tree) -> int:
    """Return how many insertions, deletions and relabellings of nodes turn one tree into the other."""
    if one == other:
        return 0
    left, right = _flatten(one), _flatten(other)
    trees = [[0] * len(right.labels) for _ in left.labels]
    for i in left.keyroots:
        for j in right.keyroots:
            _subtrees(left, right, i, j, trees)
    return trees[-1][-1]


def _subtrees(left: _Flat, right: _Flat, i: int, j: int, trees: list[list[int]]) -> None:
    """Fill in `trees` the distances of the subtrees along the leftmost paths under `i` and `j`."""
    a, b = left.leftmost[i], right.leftmost[j]
    before = list(range(j - b + 2))
    forests = [before]
    for x in range(a, i + 1):
        row = [before[0] + 1]
        x_whole = left.leftmost[x] == a
        x_start = left.leftmost[x] - a
        for y in range(b, j + 1):
            at = y - b + 1
            cheapest = min(before[at] + 1, row[at - 1] + 1)
            if x_whole and right.leftmost[y] == b:
                cheapest = min(cheapest, before[at - 1] + (left.labels[x] != right.labels[y]))
                trees[x][y] = cheapest
            else:
                cheapest = min(cheapest, forests[x_start][right.leftmost[y] - b] + trees[x][y])
            row.append(cheapest)
        forests.append(row)
        before = row


def _size(tree: Tree) -> int:
    return 1 + sum(map(_size, tree.children))


def teds(one: Tree, other: Tree) -> float:
    """Return 1 - distance / size of the larger tree, not below 0: 1.0 for equal structures."""
    return max(0.0, 1 - distance(one, other) / max(_size(one), _size(other)))
