/**
 * How much of real Scala the parsing loses. A line concerns Spark if it has, outside of comments, an import of
 * `org.apache.spark` or a dot before the name of a public method of Spark, in a file that imports Spark, or in a notebook.
 * It is lost if a syntax error touches it, or if such a word on it stands in what the lowering could not hold, and is no
 * member there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { forEachExpression } from '../program/expressions.ts';
import type { Lowered } from '../program/program.ts';
import { sourceOf, type Syntax } from '../syntax/index.ts';
import type { Range } from '../text/range.ts';
import { api, loadSyntax } from './engine.ts';
import { parse, UsageError } from './usage.ts';

interface Counts {
  readonly files: number;
  /** Files with syntax errors, and lines that they touch. */
  readonly broken: number;
  readonly lines: number;
  readonly brokenLines: number;
  readonly spark: number;
  readonly sparkLost: number;
}

/** An error, or what the lowering could not hold. */
interface Loss {
  readonly what: string;
  readonly where: string;
  readonly code: string;
  /** Lines that are lost by it and by none before it. */
  readonly lines: number;
  readonly spark: number;
}

export async function parseLoss(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse('parse-loss', args);
  if (positionals.length === 0) throw new UsageError('`sparkcheck parse-loss` takes folders: each counts as one repository.');
  const syntax = await loadSyntax();
  await syntax.need('scala');
  const repositories = positionals.map((folder) => ({ name: folder, files: filesBelow(folder).flatMap((path) => fileLoss(syntax, path) ?? []) }));
  const files = repositories.flatMap((repository) => repository.files);
  const tables = [...repositories.map((repository) => ({ name: repository.name, ...summed(repository.files) })), ...(repositories.length > 1 ? [{ name: 'pooled', ...summed(files) }] : [])];
  process.stdout.write(`${tables.map(tableLine).join('\n')}\n`);
  if (!values.totals) process.stdout.write(`\nWhat costs most, by Spark's lines, lines and places:\n${lossLines(files.flatMap(({ losses }) => losses)).join('\n')}\n`);
  return 0;
}

const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:scala|sc|ipynb)$/.test(name)).sort().map((name) => join(folder, name));

/** undefined: it holds no Scala. */
function fileLoss(syntax: Syntax, path: string): { readonly counts: Counts; readonly losses: readonly Loss[] } | undefined {
  const source = sourceOf(path, readFileSync(path, 'utf8'));
  if ('error' in source || source.language !== 'scala') return undefined;
  const lowered = syntax.lower(source);
  const { text, errors } = lowered;
  const lineOf = lineCounter(text);
  const words = wordsOfSpark(lowered);
  const sparkLines = new Set(words.map(lineOf));
  const brokenLines = new Set<number>();
  const lostLines = new Set<number>();
  const losses: Loss[] = [];
  const lose = (kind: string, { start, end }: Range, lines: readonly number[]): void => {
    const fresh = lines.filter((line) => !lostLines.has(line));
    for (const line of fresh) lostLines.add(line);
    losses.push({ what: `${kind} ${excerpt(text, start)}`, where: `${relative('.', path)}:${lineOf(start) + 1}`, code: text.slice(start, end).split('\n')[0]!.trim().slice(0, 100), lines: fresh.length, spark: fresh.filter((line) => sparkLines.has(line)).length });
  };
  for (const error of errors) {
    const lines = linesOf(error, lineOf);
    for (const line of lines) brokenLines.add(line);
    lose('error', error, lines);
  }
  const { holes, members } = heldIn(lowered);
  for (const hole of holes) {
    const lines = new Set(words.filter((at) => hole.start <= at && at < hole.end && !members.has(at)).map(lineOf));
    if (lines.size > 0) lose('hole', hole, [...lines]);
  }
  return {
    counts: { files: 1, broken: errors.length > 0 ? 1 : 0, lines: lineOf(text.length) + 1, brokenLines: brokenLines.size, spark: sparkLines.size, sparkLost: [...sparkLines].filter((line) => lostLines.has(line)).length },
    losses,
  };
}

/** Where the words stand for which a line concerns Spark. */
function wordsOfSpark({ text, comments, notebook }: Lowered): number[] {
  let code = '';
  let at = 0;
  for (const { start, end } of comments) {
    code += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  code += text.slice(at);
  const imports = [...code.matchAll(/\bimport\s+org\.apache\.spark\b/g)].map(({ index }) => index);
  if (imports.length === 0 && !notebook) return [];
  const calls = [...code.matchAll(/\.\s*([A-Za-z_]\w*)/g)].filter(([, name]) => api.methodNames.has(name!)).map((match) => match.index + match[0].length - match[1]!.length);
  return [...imports, ...calls];
}

/** What could not be held, and where members stand that could. */
function heldIn(lowered: Lowered): { readonly holes: readonly Range[]; readonly members: ReadonlySet<number> } {
  const holes: Range[] = [];
  const members = new Set<number>();
  forEachExpression(lowered, (expr, range) => {
    if (expr.kind === 'unknown') holes.push(range);
    if (expr.kind === 'member') members.add(range.start - expr.span[0] + expr.nameSpan[0]);
  });
  return { holes, members };
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

function linesOf({ start, end }: Range, lineOf: (offset: number) => number): number[] {
  const first = lineOf(start);
  return Array.from({ length: lineOf(Math.max(start, end - 1)) - first + 1 }, (_, index) => first + index);
}

const keywords = /^(?:abstract|case|catch|class|def|do|else|extends|final|finally|for|if|implicit|import|lazy|match|new|object|override|package|private|protected|return|sealed|super|this|throw|trait|try|type|val|var|while|with|yield|given|using|enum|extension|then|end|export)$/;

/** The words around a place, names and literals made alike. */
function excerpt(text: string, at: number): string {
  const signs = (piece: string): string[] => (piece.match(/"(?:[^"\\\n]|\\.)*"|\w+|\n\s*|[^\w\s]+/g) ?? [])
    .map((sign) => (/^"/.test(sign) ? '"…"' : /^\d/.test(sign) ? '0' : /^\n/.test(sign) ? '⏎' : /^\w/.test(sign) && !keywords.test(sign) ? 'a' : sign));
  return `${signs(text.slice(Math.max(0, at - 60), at)).slice(-3).join(' ')} ▸ ${signs(text.slice(at, at + 100)).slice(0, 4).join(' ')}`;
}

function summed(files: readonly { readonly counts: Counts }[]): Counts {
  const sum = (of: (counts: Counts) => number): number => files.reduce((total, { counts }) => total + of(counts), 0);
  return { files: files.length, broken: sum(({ broken }) => broken), lines: sum(({ lines }) => lines), brokenLines: sum(({ brokenLines }) => brokenLines), spark: sum(({ spark }) => spark), sparkLost: sum(({ sparkLost }) => sparkLost) };
}

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(2)} %`;

const tableLine = ({ name, files, broken, lines, brokenLines, spark, sparkLost }: Counts & { readonly name: string }): string =>
  `${name}: ${files} files, ${broken} with errors (${share(broken, files)}); ${lines} lines, ${brokenLines} in errors (${share(brokenLines, lines)}); ${spark} lines that concern Spark, ${sparkLost} lost (${share(sparkLost, spark)})`;

/** How many kinds are told. */
const mostKinds = 25;

function lossLines(losses: readonly Loss[]): string[] {
  const kinds = new Map<string, Loss[]>();
  for (const loss of losses) kinds.set(loss.what, [...(kinds.get(loss.what) ?? []), loss]);
  const sum = (list: readonly Loss[], of: (loss: Loss) => number): number => list.reduce((total, loss) => total + of(loss), 0);
  const costs = [...kinds].map(([what, list]) => ({ what, list, spark: sum(list, ({ spark }) => spark), lines: sum(list, ({ lines }) => lines) }));
  return costs.sort((a, b) => b.spark - a.spark || b.lines - a.lines || b.list.length - a.list.length).slice(0, mostKinds).map(({ what, list, spark, lines }) => {
    const [worst] = [...list].sort((a, b) => b.spark - a.spark || b.lines - a.lines);
    return `${String(spark).padStart(6)} ${String(lines).padStart(6)} ${String(list.length).padStart(6)}  ${what}\n                      ${worst!.where}  ${worst!.code}`;
  });
}
