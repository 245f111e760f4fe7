/** `sparkcheck types FILE`: what the model thinks each name and call is, and why. For bug reports, and for those who tune it. */
import { statSync } from 'node:fs';
import type { Abstract, Value } from '../analysis/model.ts';
import { describe } from '../analysis/values.ts';
import { loadSyntax, projectsOf } from './engine.ts';
import { forEachExpression } from '../program/expressions.ts';
import type { Place } from '../service/placed-text.ts';
import { createPlaces } from './places.ts';
import { UsageError } from './usage.ts';

export async function types(operands: readonly string[]): Promise<number> {
  const [operand] = operands;
  if (operand === undefined || operands.length > 1) throw new UsageError('`sparkcheck types` takes one Python or Scala file or notebook.');
  if (!statSync(operand, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`\`${operand}\` is no file.`);
  const places = createPlaces();
  const file = projectsOf(await loadSyntax()).of(operand);
  await file.project.ready(file.path);
  const program = file.project.program(file.path);
  if (!program) throw new UsageError(`\`${operand}\` cannot be read: ${file.project.check(file.path).problems[0]?.message ?? 'it is neither a .py, .scala nor an .ipynb file'}.`);
  const placed = places.textOf(file);
  const lines: { place: Place; text: string; is: string }[] = [];
  forEachExpression(program.lowered, (expr, range) => {
    if (expr.kind !== 'name' && expr.kind !== 'call') return;
    const value = program.types.get(expr);
    const reasons = value ? [...new Set(value.flatMap((item) => reasonOf(item, (site) => places.place(file, site))))] : [];
    lines.push({
      place: placed.place(range),
      text: shortened(placed.text.slice(range.start, range.end)),
      is: [value && value.length > 0 ? describe(value) : unseen(value), ...reasons].join(': '),
    });
  });
  const longest = Math.max(0, ...lines.map(({ text }) => text.length));
  for (const { place, text, is } of lines) {
    const at = `${place.cell === undefined ? '' : `cell ${place.cell + 1}:`}${place.line}:${place.column}`;
    process.stdout.write(`${at.padEnd(8)} ${text.padEnd(longest)}  ${is}\n`);
  }
  return 0;
}

const unseen = (value: Value | undefined): string => (value ? 'unknown (no value reaches it)' : 'unknown (the analysis did not get here)');

function reasonOf(item: Abstract, placeOf: (site: { start: number; end: number; module: string }) => Place & { file: string }): string[] {
  if (item.is !== 'spark') return [];
  const { file, line, column } = placeOf(item.why.site);
  return [`${item.why.text} (${file}:${line}:${column})`];
}

const longestText = 48;
/** One line, its middle left out where it is long. */
function shortened(text: string): string {
  const one = text.replace(/\s+/g, ' ');
  return one.length <= longestText ? one : `${one.slice(0, longestText / 2)}…${one.slice(1 - longestText / 2)}`;
}
