import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Finding } from '../../server/src/lint/finding.ts';
import { applyFixes, compatibleFixes, type Fixed, type Linted } from '../../server/src/lint/fixes.ts';
import type { Fix } from '../../server/src/rule/rule.ts';
import { applyEdits, clash } from '../../server/src/text/edits.ts';

const finding = (start: number, end: number, fixes: Fix[]): Finding => ({ path: 'job.py', rule: 'r', start, end, severity: 'warning', message: 'm', url: '', fingerprint: `${start}:${end}`, fixes, related: [], evidence: [], tags: [] });
const to = (start: number, end: number, newText: string, more: Partial<Fix> = {}): Fix => ({ title: 't', safety: 'safe', edits: [{ start, end, newText }], ...more });

const fixText = (text: string, safety: Fix['safety'], lint: (text: string) => Linted): Promise<Fixed<string>> => applyFixes(text, safety, { lint, apply: applyEdits });

/** Finds every `from` and offers `to`. */
function linter(pairs: readonly { from: string; to: string; safety?: Fix['safety']; placeholder?: boolean }[]) {
  return (text: string): Linted => ({
    findings: pairs.flatMap((pair) => [...text.matchAll(new RegExp(pair.from, 'g'))].map((match) => finding(match.index, match.index + match[0].length, [to(match.index, match.index + match[0].length, pair.to, { safety: pair.safety ?? 'safe', ...(pair.placeholder ? { placeholder: true } : {}) })]))),
    syntaxErrors: text.split('$').length - 1,
  });
}

describe('bulk fixing', () => {
  it('makes all that do not clash, and the rest in later rounds', async () => {
    const fixed = await fixText('aab', 'safe', linter([{ from: 'aa', to: 'c' }, { from: 'ab', to: 'd' }, { from: 'cb', to: 'e' }]));
    expect(fixed.document).toBe('e');
    expect(fixed.made).toHaveLength(2);
    expect(fixed.left).toEqual([]);
  });
  it('keeps to the safety asked for', async () => {
    const lint = linter([{ from: 'a', to: 'b' }, { from: 'x', to: 'y', safety: 'suggested' }]);
    expect((await fixText('ax', 'safe', lint)).document).toBe('bx');
    expect((await fixText('ax', 'suggested', lint)).document).toBe('by');
  });
  it('leaves what the user must fill in', async () => {
    expect((await fixText('a', 'suggested', linter([{ from: 'a', to: 'b', placeholder: true }]))).document).toBe('a');
  });
  it('ends where fixes undo each other', async () => {
    const fixed = await fixText('a', 'safe', linter([{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }]));
    expect(fixed.made.length).toBeLessThanOrEqual(10);
  });
  it('leaves out the fix that makes the parse worse, and makes the others', async () => {
    const fixed = await fixText('a x a', 'safe', linter([{ from: 'a', to: 'b' }, { from: 'x', to: '$' }]));
    expect(fixed.document).toBe('b x b');
    expect(fixed.left).toHaveLength(1);
  });
  it('adds an import that two fixes want once', () => {
    const wanted = (at: number): Fix => ({ title: 't', safety: 'safe', edits: [{ start: 0, end: 0, newText: 'import os\n' }, { start: at, end: at + 1, newText: 'os' }] });
    const chosen = compatibleFixes([finding(2, 3, [wanted(2)]), finding(5, 6, [wanted(5)])], 'safe');
    expect(applyEdits('  a  b', chosen.flatMap(({ edits }) => edits))).toBe('import os\n  os  os');
  });
  it('changes one file alone', () => {
    expect(compatibleFixes([finding(0, 1, [{ title: 't', safety: 'safe', edits: [{ start: 0, end: 1, newText: '', module: 'other.py' }] }])], 'safe')).toEqual([]);
  });
});

describe('edits', () => {
  it('that do not clash give one text in any order', () => {
    const edit = fc.record({ start: fc.nat(20), length: fc.nat(4), newText: fc.string({ maxLength: 3 }) }).map(({ start, length, newText }) => ({ start, end: start + length, newText }));
    fc.assert(fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
      const kept = edits.filter((each, index) => edits.every((other, at) => at >= index || !clash(each, other)));
      const text = 'abcdefghijklmnopqrstuvwxyz';
      const length = kept.reduce((sum, { start, end, newText }) => sum + newText.length - (end - start), text.length);
      expect(applyEdits(text, kept)).toHaveLength(length);
      expect(applyEdits(text, [...kept].reverse())).toBe(applyEdits(text, kept));
    }));
  });
});
