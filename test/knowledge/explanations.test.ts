/** What we say of keys: who must have a text, and what every text keeps to. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explanationOf, families, prefixTexts } from '../../server/src/knowledge/explanations.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import { compare } from '../../server/src/knowledge/version.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const keysIn = (text: string): string[] => [...new Set(text.match(/(?<![\w.])spark\.[a-zA-Z][\w-]*(?:\.[\w-]+)*(?![\w(])/g) ?? [])];
const filesOf = (folder: string): string[] => readdirSync(new URL(folder, root)).map((file) => folder + file);

const all = Object.values(families).flatMap((texts) => Object.entries(texts));
const oldest = '3.5.0';

/** Not internal, no old name of another, read by some release from `oldest` on. */
function isPublic(key: string): boolean {
  const { internal, removed } = registry.get(key)!;
  const { k: kind, use } = facts[key]!;
  return !internal && kind !== 'old-name' && use === undefined && (removed === undefined || compare(removed.since, oldest) > 0);
}

const facts = (JSON.parse(read('server/src/knowledge/config-data.json')) as { keys: Record<string, { k?: string; use?: string[] }> }).keys;
const isKnown = (key: string): boolean => registry.get(key) !== undefined || registry.hasPrefix(key);

describe('an explanation of its own', () => {
  it('has every key that a rule or its page names', () => {
    const named = [...filesOf('docs/rules/'), ...filesOf('server/src/rules/')].flatMap((file) => keysIn(read(file))).filter((key) => registry.get(key) !== undefined);
    expect(new Set(named).size).toBeGreaterThan(30);
    expect(named.filter((key) => !explanationOf(key))).toEqual([]);
  });

  it('has every key of the list', () => {
    const listed = read('test/data/explained-keys.txt').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(listed.length).toBeGreaterThan(200);
    expect(listed.filter((key) => !explanationOf(key))).toEqual([]);
    expect(listed.filter((key) => !isKnown(key))).toEqual([]);
  });

  it('has every public key', () => {
    const asked = registry.keys.filter((key) => isPublic(key));
    expect(asked.length).toBeGreaterThan(1000);
    expect(asked.filter((key) => !explanationOf(key))).toEqual([]);
  });

  it('or of its family have most public keys that are not gone', () => {
    const current = registry.keys.map((key) => registry.get(key)!).filter(({ internal, removed, deprecated }) => !internal && !removed && !deprecated);
    expect(current.filter(({ explanation }) => explanation !== undefined).length / current.length).toBeGreaterThan(0.7);
  });

  it('and every prefix', () => {
    expect(registry.prefixes.filter((prefix) => prefixTexts[prefix] === undefined)).toEqual([]);
  });
});

describe('a text', () => {
  it('is of a known key, in one file', () => {
    expect(all.map(([key]) => key).filter((key) => !isKnown(key))).toEqual([]);
    expect(new Set(all.map(([key]) => key)).size).toBe(all.length);
  });

  const texts = [...all.flatMap(([key, each]) => each.map((text) => [key, text] as const)), ...Object.entries(prefixTexts)];

  it('is one to four whole sentences', () => {
    expect(all.filter(([, each]) => each.length < 1 || each.length > 2).map(([key]) => key)).toEqual([]);
    expect(texts.filter(([, text]) => !/^[A-Z0-9`-].*[.]$/.test(text) || text.length > 330 || /\s{2}|\n/.test(text) || (text.match(/`/g)?.length ?? 0) % 2 === 1).map(([key]) => key)).toEqual([]);
  });

  it('names known keys only', () => {
    expect(texts.flatMap(([key, text]) => keysIn(text).filter((named) => !isKnown(named) && !prefixTexts[`${named}.`] && !registry.keys.some((each) => each.startsWith(`${named}.`))).map((named) => `${key}: ${named}`))).toEqual([]);
  });

  it('says more than its key does', () => {
    const wordsOf = (text: string): string[] => text.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().match(/[a-z0-9]+/g) ?? [];
    const poor = all.filter(([key, [explanation]]) => new Set(wordsOf(explanation!).filter((word) => word.length > 2 && !wordsOf(key).some((part) => part.startsWith(word.slice(0, 5))))).size < 2);
    expect(poor.map(([key]) => key)).toEqual([]);
  });
});
