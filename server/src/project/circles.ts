/** Which modules import one another in a circle, and in what order those are looked at. */
import { byPath } from './paths.ts';

/** Strong components of what can be reached from a start, each after all that it leads to (Tarjan, without recursion). */
export function strongComponents(start: string, next: (node: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];
  const work: { node: string; targets: readonly string[]; at: number }[] = [];
  const enter = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    work.push({ node, targets: next(node), at: 0 });
  };
  enter(start);
  while (work.length > 0) {
    const top = work.at(-1)!;
    const target = top.targets[top.at++];
    if (target !== undefined) {
      if (!index.has(target)) enter(target);
      else if (onStack.has(target)) low.set(top.node, Math.min(low.get(top.node)!, index.get(target)!));
      continue;
    }
    work.pop();
    const above = work.at(-1);
    if (above) low.set(above.node, Math.min(low.get(above.node)!, low.get(top.node)!));
    if (low.get(top.node) !== index.get(top.node)) continue;
    const component: string[] = [];
    for (let node = stack.pop()!; ; node = stack.pop()!) {
      onStack.delete(node);
      component.push(node);
      if (node === top.node) break;
    }
    components.push(component);
  }
  return components;
}

/** Depth first from the smallest path along the imports: what is imported comes before who imports it, where it can. */
export function orderWithin(paths: readonly string[], next: (path: string) => readonly string[]): string[] {
  if (paths.length === 1) return [...paths];
  const inside = new Set(paths);
  const order = new Set<string>();
  const entered = new Set<string>();
  for (const start of [...paths].sort(byPath)) {
    const work: { path: string; next: number }[] = entered.has(start) ? [] : [{ path: start, next: 0 }];
    entered.add(start);
    while (work.length > 0) {
      const top = work.at(-1)!;
      const target = next(top.path)[top.next++];
      if (target === undefined) {
        order.add(top.path);
        work.pop();
      } else if (inside.has(target) && !entered.has(target)) {
        entered.add(target);
        work.push({ path: target, next: 0 });
      }
    }
  }
  return [...order];
}
