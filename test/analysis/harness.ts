/**
 * Small projects that say in comments at the end of a line what holds of it:
 *   `#: DataFrame`     what its longest name, member, call, index or operator is
 *   `#! rule, rule`    the findings on it; a line without has none
 * In Scala `//:` and `//!` say the same.
 * Each case is asked in every order of its files, and each file in a project of its own: the answers must be the same.
 */
import { expect, it } from 'vitest';
import { describe as described } from '../../server/src/analysis/values.ts';
import type { Value } from '../../server/src/analysis/model.ts';
import { forEachExpression } from '../../server/src/program/expressions.ts';
import { isScala } from '../../server/src/project/paths.ts';
import type { Project } from '../../server/src/project/project.ts';
import { ordersOf } from '../support/orders.ts';
import { type Files, projectOf } from '../support/project.ts';

/** Rules that most reads and short programs would meet. */
const overrides = { ignore: ['schema-inference'] };

export function cases(table: Readonly<Record<string, Files>>): void {
  for (const [name, files] of Object.entries(table)) it(name, () => runCase(files));
}

function runCase(files: Files): void {
  const paths = Object.keys(files);
  for (const order of ordersOf(paths)) {
    const project = projectOf(files, overrides);
    const found = new Map(order.map((path) => [path, answered(project, path, files[path]!)]));
    for (const path of paths) expect(found.get(path), `${path}, asked for in the order ${order.join(', ')}`).toBe(files[path]);
  }
  for (const path of paths) expect(answered(projectOf(files, overrides), path, files[path]!), `${path} alone`).toBe(files[path]);
}

/** The text with its comments as they should be. */
function answered(project: Project, path: string, text: string): string {
  const { findings } = project.check(path);
  const program = project.program(path)!;
  const longest = new Map<number, { length: number; value: Value }>();
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  forEachExpression(program.lowered, (expr, range) => {
    const value = program.types.get(expr);
    const line = lineOf(range.start);
    const length = range.end - range.start;
    if (value && length > (longest.get(line)?.length ?? 0)) longest.set(line, { length, value });
  });
  return text.split('\n').map((line, index) => {
    const rules = [...new Set(findings.filter((finding) => lineOf(finding.start) === index).map(({ rule }) => rule))].sort();
    const mark = isScala(path) ? '//' : '#';
    const code = line.replace(/ +(?:#|\/\/)[:!] .*$/, '');
    const value = longest.get(index)?.value;
    return code + (line.includes(` ${mark}: `) ? `  ${mark}: ${value && value.length > 0 ? described(value) : 'nothing'}` : '') + (rules.length > 0 ? `  ${mark}! ${rules.join(', ')}` : '');
  }).join('\n');
}
