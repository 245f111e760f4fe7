import { describe, expect, it } from 'vitest';
import type { Registry } from '../../server/src/knowledge/registry.ts';
import { type LintInput, type LintResult, lintConf, lintProgram } from '../../server/src/lint/lint.ts';
import { defaultSettings, type LintSettings, matchesGlob, type Profile } from '../../server/src/lint/settings.ts';
import type { ConfDocument, PropertiesFile } from '../../server/src/program/conf.ts';
import { defineRule, type ProgramRule, type Report, type Rule, type SettingsRule } from '../../server/src/rule/rule.ts';
import { defaultTargets } from '../../server/src/rule/targets.ts';
import unknownRuleName from '../../server/src/rules/unknown-rule-name.ts';
import unusedSuppression from '../../server/src/rules/unused-suppression.ts';
import { programOf, rangeOf } from '../support/engine.ts';

const docs = { summary: 's', what: 'w', why: 'w', fine: 'f', examples: [], source: 's' };
const base = { category: 'driver', severity: 'warning', since: '0.1.0', languages: ['python', 'conf'], fix: 'none', docs } as const;
const programRule = (name: string, check: ProgramRule['check'], more: Partial<ProgramRule> = {}): Rule => defineRule({ ...base, name, looksAt: 'program', check, ...more });
const settingsRule = (name: string, check: SettingsRule['check'], more: Partial<SettingsRule> = {}): Rule => defineRule({ ...base, name, looksAt: 'settings', check, ...more });

/** Reports every place of a word. */
const wordRule = (name: string, word: string, more: Partial<ProgramRule> & { related?: string; says?: string } = {}): Rule =>
  programRule(name, ({ program, report }) => {
    const { text } = program.lowered;
    for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
      report({ at: { module: program.path, start, end: start + word.length }, message: more.says ?? `${word} found`, ...(more.related ? { related: [{ site: { module: program.path, ...rangeOf(text, more.related) }, message: 'there' }] } : {}) });
    }
  }, more);

const environment: LintInput['environment'] = { targets: defaultTargets, fileKind: 'job', settings: [], complete: false, namespaces: [], exists: () => false };
const input = (rules: readonly Rule[], settings: Partial<LintSettings> = {}): LintInput => ({ environment, rules, settings: { ...defaultSettings, ...settings }, registry: {} as Registry });
const lint = (text: string, rules: readonly Rule[], settings: Partial<LintSettings> = {}, path = 'job.py'): LintResult => lintProgram(programOf(text, path), input(rules, settings));
const names = (result: LintResult): string[] => result.findings.map(({ rule }) => rule);

describe('a rule that is off until it is switched on', () => {
  const rules = [wordRule('quiet', 'alpha', { optIn: true }), wordRule('loud', 'alpha')];
  it.each([
    [{}, ['loud']],
    [{ select: ['driver'] }, ['loud']],
    [{ severities: { driver: 'error' } }, ['loud']],
    [{ select: ['quiet'] }, ['quiet']],
    [{ severities: { quiet: 'hint' } }, ['loud', 'quiet']],
    [{ severities: { quiet: 'off' } }, ['loud']],
    [{ severities: { quiet: 'hint' }, ignore: ['quiet'] }, ['loud']],
    [{ profiles: [{ paths: ['*.py'], severities: { quiet: 'hint' } }] }, ['loud', 'quiet']],
  ] as [Partial<LintSettings>, string[]][])('%j', (settings, expected) => expect(names(lint('alpha\n', rules, settings))).toEqual(expected));
});

describe('a throwing rule', () => {
  const rules = [programRule('broken', ({ program, report }) => {
    report({ at: { module: program.path, start: 0, end: 1 }, message: 'half' });
    throw new Error('no');
  }), wordRule('good', 'alpha')];
  it('loses only its own findings', () => {
    const result = lint('alpha\n', rules);
    expect(names(result)).toEqual(['good']);
    expect(result.failures).toMatchObject([{ rule: 'broken', path: 'job.py' }]);
  });
});

describe('findings', () => {
  it('of another module are dropped', () => {
    const rule = programRule('far', ({ report }) => report({ at: { module: 'other.py', start: 0, end: 1 }, message: 'm' }));
    expect(names(lint('alpha\n', [rule]))).toEqual([]);
  });
  it('inside syntax errors are dropped', () => {
    const text = 'alpha\nx = ((alpha $$\nalpha\n';
    const program = programOf(text);
    expect(program.lowered.errors.length).toBeGreaterThan(0);
    for (const { start, end } of lintProgram(program, input([wordRule('word', 'alpha')])).findings) {
      for (const error of program.lowered.errors) expect(start >= error.end || end <= error.start).toBe(true);
    }
  });
  it('stand in order of position', () => {
    expect(names(lint('beta\nalpha\n', [wordRule('a', 'alpha'), wordRule('b', 'beta')]))).toEqual(['b', 'a']);
  });
  it('of one rule at one place become one, with the related places of all', () => {
    const at = (text: string) => ({ module: 'job.py', ...rangeOf(text, 'alpha') });
    const text = 'alpha\nbeta\ngamma\n';
    const rule = programRule('twice', ({ report }) => {
      const related = (word: string) => [{ site: { module: 'job.py', ...rangeOf(text, word) }, message: `called by ${word}` }];
      report({ at: at(text), message: 'one', severity: 'hint', related: related('beta') });
      report({ at: at(text), message: 'two', severity: 'error', related: related('gamma') });
      report({ at: at(text), message: 'three', severity: 'hint', related: related('gamma') });
    });
    const { findings } = lint(text, [rule]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ message: 'two', severity: 'error' });
    expect(findings[0]!.related.map(({ message }) => message)).toEqual(['called by gamma', 'called by beta']);
  });
  it('carry the rule\'s page and tags', () => {
    const [finding] = lint('alpha\n', [wordRule('old', 'alpha', { tags: ['deprecated'] })]).findings;
    expect(finding!.url).toMatch(/^https:.*\/old\.md$/);
    expect(finding!.tags).toEqual(['deprecated']);
  });
  it('lose fixes that leave the text', () => {
    const rule = programRule('wild', ({ program, report }) => report({ at: { module: program.path, start: 0, end: 5 }, message: 'm', fixes: [{ title: 't', safety: 'safe', edits: [{ start: 0, end: 999, newText: '' }] }] }));
    expect(lint('alpha\n', [rule]).findings[0]!.fixes).toEqual([]);
  });
});

describe('one fault, one finding', () => {
  it('the rule that yields is silent at the same place', () => {
    expect(names(lint('alpha\nalpine\n', [wordRule('strong', 'alpha'), wordRule('weak', 'alp', { yieldsTo: ['strong'] })]))).toEqual(['strong', 'weak']);
  });
  it('and at a place that the other relates to', () => {
    const strong = wordRule('strong', 'alpha', { related: 'beta' });
    expect(names(lint('alpha\nbeta\n', [strong, wordRule('weak', 'beta', { yieldsTo: ['strong'] })]))).toEqual(['strong']);
  });
  it('but speaks where the other is off', () => {
    const rules = [wordRule('strong', 'alpha'), wordRule('weak', 'alp', { yieldsTo: ['strong'] })];
    expect(names(lint('alpha\n', rules, { severities: { strong: 'off' } }))).toEqual(['weak']);
  });
  it('and stays silent where a comment silences the other', () => {
    const rules = [wordRule('strong', 'alpha('), wordRule('weak', 'alp', { yieldsTo: ['strong'] })];
    expect(names(lint('alpha()  # sparkcheck: ignore[strong]\n', rules))).toEqual([]);
  });
  it('one common related place is no common fault, two are', () => {
    const relating = (name: string, word: string, places: string[], more: Partial<ProgramRule> = {}): Rule =>
      programRule(name, ({ program, report }) => {
        const site = (piece: string) => ({ module: program.path, ...rangeOf(program.lowered.text, piece) });
        report({ at: site(word), message: 'm', related: places.map((place) => ({ site: site(place), message: 'there' })) });
      }, more);
    const text = 'alpha\nbeta\ngamma\ndelta\n';
    const weak = (places: string[]): Rule => relating('weak', 'beta', places, { yieldsTo: ['strong'] });
    const strong = relating('strong', 'alpha', ['gamma', 'delta']);
    expect(names(lint(text, [strong, weak(['gamma'])]))).toEqual(['strong', 'weak']);
    expect(names(lint(text, [strong, weak(['gamma', 'delta'])]))).toEqual(['strong']);
  });
  it('settings: on one entry, not on its neighbour in a chain', () => {
    const on = (name: string, key: string, part: 'keySite' | 'valueSite', more: Partial<SettingsRule> = {}): Rule =>
      settingsRule(name, ({ entries, report }) => {
        for (const entry of entries) if (entry.key === key) report({ at: entry[part], message: 'm' });
      }, more);
    const text = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.a", "1").config("spark.b", "2").getOrCreate()\n';
    expect(names(lint(text, [on('strong', 'spark.a', 'keySite'), on('weak', 'spark.a', 'valueSite', { yieldsTo: ['strong'] })]))).toEqual(['strong']);
    expect(names(lint(text, [on('strong', 'spark.a', 'keySite'), on('weak', 'spark.b', 'valueSite', { yieldsTo: ['strong'] })]))).toEqual(['strong', 'weak']);
  });
});

describe('settings', () => {
  const rules = [wordRule('a', 'alpha', { former: ['old-a'] }), wordRule('b', 'beta', { category: 'loops' })];
  const text = 'alpha\nbeta\n';
  const run = (settings: Partial<LintSettings>, path?: string): string[] => lint(text, rules, settings, path).findings.map(({ rule, severity }) => `${rule} ${severity}`);
  it('select and ignore by name, former name and category', () => {
    expect(run({})).toEqual(['a warning', 'b warning']);
    expect(run({ select: ['old-a'] })).toEqual(['a warning']);
    expect(run({ select: ['loops'] })).toEqual(['b warning']);
    expect(run({ ignore: ['a'] })).toEqual(['b warning']);
    expect(run({ select: ['a', 'b'], ignore: ['loops'] })).toEqual(['a warning']);
  });
  it('severities by rule before category', () => {
    expect(run({ severities: { driver: 'error', loops: 'off' } })).toEqual(['a error']);
    expect(run({ severities: { driver: 'off', 'old-a': 'hint' } })).toEqual(['a hint', 'b warning']);
  });
  it('profiles for their paths, the later wins', () => {
    const profiles: Profile[] = [{ paths: ['tests/'], severities: { a: 'off', b: 'error' } }, { paths: ['tests/hard/**'], severities: { b: 'hint' } }];
    expect(run({ profiles }, 'src/job.py')).toEqual(['a warning', 'b warning']);
    expect(run({ profiles }, 'tests/job.py')).toEqual(['b error']);
    expect(run({ profiles }, 'tests/hard/job.py')).toEqual(['b hint']);
    expect(run({ profiles: [{ paths: ['*.py'], ignore: ['driver'] }] }, 'x/job.py')).toEqual(['b warning']);
  });
  it('options reach their rule, of the type it wants', () => {
    const seen: unknown[] = [];
    const rule = programRule('a', ({ option }) => seen.push(option('n', 3), option('s', 'x'), option('none', true)));
    lint('', [rule], { options: { a: { n: 8, s: 5 } } });
    expect(seen).toEqual([8, 'x', true]);
  });
  it('globs', () => {
    const cases: [string, string, boolean][] = [
      ['*.py', 'a/b/job.py', true], ['src/*.py', 'src/job.py', true], ['src/*.py', 'src/a/job.py', false], ['src/**', 'src/a/job.py', true], ['**/x/*.py', 'x/a.py', true],
      ['tests/', 'tests/a/b.py', true], ['tests/', 'a/tests/b.py', true], ['/tests/', 'a/tests/b.py', false], ['./src/**', 'src/a.py', true], ['{a,b}/*.py', 'b/x.py', true], ['a?.py', 'ab.py', true], ['a.py', 'aXpy', false],
    ];
    for (const [pattern, path, expected] of cases) expect(`${pattern} ${path} ${matchesGlob(pattern, path)}`).toBe(`${pattern} ${path} ${expected}`);
  });
});

describe('comments', () => {
  const rules = [wordRule('a', 'alpha', { former: ['old-a'] }), wordRule('b', 'beta'), unusedSuppression, unknownRuleName];
  const run = (text: string, settings?: Partial<LintSettings>): string[] => lint(text, rules, settings).findings.map(({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`);
  it('silence, and are used', () => {
    const result = lint('alpha  # sparkcheck: ignore[old-a] why\n', rules);
    expect(result.findings).toEqual([]);
    expect(names({ ...result, findings: result.suppressed })).toEqual(['a']);
  });
  it('unused and unknown names are reported, each by itself', () => {
    expect(run('alpha  # sparkcheck: ignore[a, b, c]\n')).toEqual(['unused-suppression: b', 'unknown-rule-name: c']);
  });
  it('a rule that does not run is not judged', () => {
    expect(run('gamma  # sparkcheck: ignore[b]\n', { severities: { b: 'off' } })).toEqual([]);
    expect(run('gamma  # sparkcheck: ignore[b]\n', { select: ['a', 'unused-suppression'] })).toEqual([]);
  });
  it('a rule that threw is not judged', () => {
    const broken = programRule('b', () => { throw new Error('no'); });
    expect(names(lint('gamma  # sparkcheck: ignore[b]\n', [broken, unusedSuppression]))).toEqual([]);
  });
});

describe('fingerprints', () => {
  const rule = [wordRule('a', 'alpha')];
  const prints = (text: string): string[] => lint(text, rule).findings.map(({ fingerprint }) => fingerprint);
  const text = 'def f():\n    alpha(1)\n    alpha(1)\n\ndef g():\n    alpha(1)\n';
  it('tell findings apart', () => {
    expect(new Set(prints(text)).size).toBe(3);
    expect(prints(text)[0]).toMatch(/^[0-9a-f]{16}$/);
  });
  it('survive edits elsewhere', () => {
    expect(prints(`import os\n\n\n${text.replace('def g', 'x = 1\n\ndef g')}`)).toEqual(prints(text));
    expect(prints('# c\nclass A:\n    def m(self):\n        y = 2\n        alpha(1)\n')).toEqual(prints('class A:\n    def m(self):\n        alpha(1)\n'));
  });
  it('survive other blanks, other indentation and comments on the line', () => {
    expect(prints('def f():\n\talpha(1)   # note\n')).toEqual(prints('def f():\n    alpha(1)\n'));
  });
  it('change with the code, the definition and the order', () => {
    expect(prints('alpha(2)\n')).not.toEqual(prints('alpha(1)\n'));
    expect(prints('def f():\n    alpha(1)\n')).not.toEqual(prints('def h():\n    alpha(1)\n'));
  });
  it('keep their number when an equal one is silenced', () => {
    const silenced = lint(text.replace('alpha(1)\n', 'alpha(1)  # sparkcheck: ignore[a]\n'), rule);
    expect(silenced.findings.map(({ fingerprint }) => fingerprint)).toEqual(prints(text).slice(1));
  });
});

describe('a properties file', () => {
  const document = (text: string): ConfDocument => withSection({
    form: 'properties', path: 'spark-defaults.conf', text, defaults: true, byteOrderMark: false,
    comments: [...text.matchAll(/^#.*$/gm)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
    entries: [...text.matchAll(/^(\S+)([ \t]+)(.*)$/gm)].filter((match) => !match[0].startsWith('#')).map((match) => {
      const key = { start: match.index, end: match.index + match[1]!.length };
      const value = { start: key.end + match[2]!.length, end: match.index + match[0].length };
      return { start: key.start, end: value.end, key: match[1]!, keyRange: key, value: match[3]!, valueRange: value, separator: { start: key.end, end: value.start }, escapes: [] };
    }),
  });
  const withSection = (file: Omit<PropertiesFile, 'sections'>): ConfDocument => ({ ...file, sections: [{ start: 0, end: file.text.length, entries: file.entries }] });
  const keys: (more?: Partial<Report>) => Rule = (more) => settingsRule('keys', ({ entries, report }) => {
    for (const entry of entries) report({ at: entry.keySite, message: entry.key, ...more });
  });
  it('gives its entries as settings to the rules that look at them', () => {
    const result = lintConf(document('spark.a 1\nspark.b 2\n'), input([keys(), wordRule('never', 'spark')]));
    expect(result.findings.map(({ message }) => message)).toEqual(['spark.a', 'spark.b']);
    expect(result.findings[0]!.fingerprint).not.toBe(result.findings[1]!.fingerprint);
  });
  it('is silenced by a comment alone above', () => {
    const result = lintConf(document('# sparkcheck: ignore[keys] ours\nspark.a 1\nspark.b 2 # sparkcheck: ignore[keys]\n'), input([keys()]));
    expect(result.findings.map(({ message }) => message)).toEqual(['spark.b']);
  });
});
