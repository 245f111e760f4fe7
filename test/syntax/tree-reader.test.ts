/** The reader knows the parser's memory; what it reads is what the parser's own cursor tells. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { type RuntimeMemory, TreeReader } from '../../server/src/syntax/tree-reader.ts';
import type { RawNode } from '../../server/src/syntax/tree.ts';
import { readFixture } from '../support/fixture.ts';

const require = createRequire(import.meta.url);
const runtime = { wasmBinary: readFileSync(require.resolve('web-tree-sitter/tree-sitter.wasm')) } as unknown as RuntimeMemory & NonNullable<Parameters<typeof Parser.init>[0]>;
await Parser.init(runtime);

async function load(name: string): Promise<{ parser: Parser; reader: TreeReader }> {
  const language = await Language.load(readFileSync(require.resolve(`tree-sitter-${name}/tree-sitter-${name}.wasm`)));
  return { parser: new Parser().setLanguage(language), reader: new TreeReader(runtime, language) };
}

const python = await load('python');
const scala = await load('scala');
const { parser, reader } = python;

const unread = ['comment', 'block_comment', 'line_continuation'];

/** A line for each node: how deep it stands, what it is, where, and what it is called there. */
function told(cursor: TreeCursor, inError: boolean, depth: number, lines: string[]): string[] {
  const { nodeType, currentFieldName, nodeIsMissing, nodeIsNamed } = cursor;
  const isRead = nodeIsMissing || ((nodeIsNamed || inError || currentFieldName !== null) && !unread.includes(nodeType));
  if (!isRead) return lines;
  lines.push(line(depth, nodeIsMissing ? 'MISSING' : nodeType, cursor.startIndex, cursor.endIndex, currentFieldName ?? undefined, nodeIsNamed, nodeType === 'ERROR' || cursor.currentNode.hasError));
  if (!cursor.gotoFirstChild()) return lines;
  do told(cursor, nodeType === 'ERROR', depth + 1, lines); while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return lines;
}

function read(node: RawNode, depth: number, lines: string[]): string[] {
  lines.push(line(depth, node.type, node.start, node.end, node.field, node.named, node.broken));
  for (const child of node.children) read(child, depth + 1, lines);
  return lines;
}

const line = (depth: number, type: string, start: number, end: number, field: string | undefined, named: boolean, broken: boolean): string =>
  `${' '.repeat(depth)}${type} ${start}–${end} ${field ?? ''} ${named ? '' : 'sign'} ${broken ? 'broken' : ''}`;

function compare(text: string, { parser, reader } = python): void {
  const tree = parser.parse(text)!;
  const cursor = tree.walk();
  try {
    expect(read(reader.read(tree), 0, [])).toEqual(told(cursor, false, 0, []));
  } finally {
    cursor.delete();
    tree.delete();
  }
}

const folder = new URL('../fixtures/', import.meta.url);
const texts = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
  .flatMap((name) => readFixture(readFileSync(new URL(name, folder), 'utf8')))
  .flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.py')).map(({ text }) => text));

describe('a tree read from memory', () => {
  it('is the one that the cursor walks', () => {
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) compare(text);
  });

  it.each(['', '\n', '# only a comment', '(', 'x', '"""', 'match a:\n  case {"k": [b, *c], **d} | D(e=1) as f if g: pass\n', 'print >>f, x\nexec "a" in b\n', 'async def f(a, /, *b: int, c: str = "d", **e) -> F[G]:\n  await (yield)\n', 'é = "😀" \\\n  + f"{a!r:>{w}}{{}}"  # ü\n', `${' '.repeat(300)}x`, `x${'\n'.repeat(300)}y`, 'type A[T] = B\ntry: a\nexcept* E as e: b\n'])('also of %j', (text) => compare(text));

  it.each([
    '', 'package a.b\nimport c.{D => E, _}, f._\n@g(1) private[h] case class A[T <: B : C](@i val x: => Int = 1, y: A*)(implicit z: D) extends E(1) with F { self: G =>\n  lazy val (a, b :: c, d @ K(_, e: L)) = f"$x%2.2f ${y.z}" // j\n}\n',
    'x match { case 1 | "a" if y => z; b\n case `c` => }\ntry a catch { case e: E => f } finally g\nfor { x <- xs; y = 1 if z } yield x -> y\nnew A(_: Int) { def +(x: B): C = ??? }\n/* /* */ */ f { x => g; h }(i: _*)\n',
    'object A:\n  extension (a: B)\n    def f(using C) = if a then b else c\n  enum D:\n    case E, F\n  given G[H] with\n    def g = h\nend A\n', '{ p: Row => p } $"x" ⇒ """',
  ])('also of Scala: %j', (text) => {
    compare(text, scala);
    for (let at = 0; at < text.length; at += 3) compare(text.slice(0, at) + text.slice(at + 5), scala);
  });

  it('also of broken texts', () => {
    const piece = fc.constantFrom('(', ')', '[', '"', "'", '"""', ':', '\n', '\n    ', '\\', '#', ' = ', '.', 'def f(', 'class ', 'else:\n', '😀', '\t', '{', 'match ', '@', 'for x in', 'import');
    fc.assert(fc.property(fc.constantFrom(...texts), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(9), piece), { minLength: 1, maxLength: 3 }), (text, edits) => {
      compare(edits.reduce((current, [at, remove, insert]) => {
        const start = Math.floor(at * current.length);
        return current.slice(0, start) + insert + current.slice(start + remove);
      }, text));
    }), { numRuns: 300, seed: 20241124 });
  });

  it('outlives its tree, and holds after the memory has grown', () => {
    const tree = parser.parse('x = 1\n')!;
    const before = read(reader.read(tree), 0, []);
    const { byteLength } = runtime.HEAPU32;
    const big = parser.parse('f(a, [b, c], d=e)\n'.repeat(30_000))!;
    expect(runtime.HEAPU32.byteLength, 'the memory has grown').toBeGreaterThan(byteLength);
    expect(read(reader.read(tree), 0, [])).toEqual(before);
    big.delete();
    tree.delete();
  });
});
