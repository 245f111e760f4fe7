/** What every rule owes: documentation that is true, fixtures, honest facts. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Overrides } from '../server/src/project/settings.ts';
import type { Example, Rule, RuleLanguage } from '../server/src/rule/rule.ts';
import { ruleByName, rules } from '../server/src/rules/index.ts';
import { type Case, contentsOf, overridesOf, readFixture } from './support/fixture.ts';
import { check, type Files } from './support/project.ts';

const here = (path: string): URL => new URL(path, import.meta.url);
const fileOf = (example: Example): string => example.file ?? { conf: 'spark-defaults.conf', python: 'job.py', scala: 'Job.scala', shell: 'submit.sh' }[example.language];
/** Rules on comments speak of other rules, which have to run for that. */
const aboutComments = ['unused-suppression', 'unknown-rule-name'];
const selected = (rule: Rule): string[] => (aboutComments.includes(rule.name) ? [] : [rule.name]);
const filesOf = (example: Example, text: string): Files => ({ ...example.beside, [fileOf(example)]: text });
const overrides = (rule: Rule, { target }: Example): Overrides => ({ select: selected(rule), ...(target === undefined ? {} : { targetSpark: target }) });
const found = (rule: Rule, example: Example, text: string): string[] =>
  check(filesOf(example, text), fileOf(example), overrides(rule, example)).findings.filter((finding) => finding.rule === rule.name).map(({ message }) => message);

describe('all rules', () => {
  it('gave the generated files', () => {
    const run = spawnSync(process.execPath, ['tools/generate.mjs', '--check'], { cwd: here('..'), encoding: 'utf8' });
    expect(run.stderr + run.stdout).toBe('');
    expect(run.status).toBe(0);
  });
  it('are in the generated list', () => {
    const files = readdirSync(here('../server/src/rules/')).filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, '')).sort();
    expect(rules.map(({ name }) => name)).toEqual(files);
  });
  it('have names of their own, former ones included', () => {
    const names = rules.flatMap(({ name, former }) => [name, ...(former ?? [])]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const rule of rules) for (const name of rule.former ?? []) expect(ruleByName(name)).toBe(rule);
  });
  it('yield only to rules that exist, and never in a circle', () => {
    for (const rule of rules) for (const name of rule.yieldsTo ?? []) {
      expect(ruleByName(name)?.name, `${rule.name} yields to ${name}`).toBe(name);
      expect(ruleByName(name)?.yieldsTo ?? [], `${name} and ${rule.name} yield to each other`).not.toContain(rule.name);
    }
  });
  it('have no fixtures of rules that are gone', () => {
    const files = readdirSync(here('./fixtures/')).filter((file) => file !== 'README.md').map((file) => file.replace(/\.md$/, ''));
    expect(files.filter((name) => !rules.some((rule) => rule.name === name))).toEqual([]);
  });
});

for (const rule of rules) {
  describe(rule.name, () => {
    it('has a kebab-case name', () => expect(rule.name).toMatch(/^[a-z]+(-[a-z]+)*$/));

    it('is documented', () => {
      const { docs } = rule;
      expect(docs.summary, 'the summary starts in lower case, names aside, and has no full stop').toMatch(/^([a-z`]|(Python|Spark|Scala|Java|Kafka|[A-Z]{2,})\b).*[^.]$/);
      expect(docs.summary).not.toContain('\n');
      for (const part of ['what', 'why', 'fine', 'source'] as const) expect(docs[part].trim().length, `docs.${part}`).toBeGreaterThan(10);
      expect(docs.fix === undefined, 'docs.fix speaks of the fix, and only where there is one').toBe(rule.fix === 'none');
      for (const language of rule.languages) expect(docs.examples.map((example) => example.language), 'an example per language').toContain(language);
    });

    it.each(rule.docs.examples.map((example, index) => [`${example.language} ${index + 1}`, example] as const))('example %s: the bad one fires once, the good one never', (_, example) => {
      expect(found(rule, example, example.bad), 'bad').toHaveLength(1);
      expect(found(rule, example, example.good), 'good').toEqual([]);
    });

    it('has fixtures: one that fires and three silent ones per language', () => {
      const path = here(`./fixtures/${rule.name}.md`);
      expect(existsSync(path), `test/fixtures/${rule.name}.md`).toBe(true);
      const cases = readFixture(readFileSync(path, 'utf8'));
      for (const language of rule.languages) {
        const own = cases.filter((each) => inLanguage(each, language));
        expect(own.filter(fires).length, `firing cases in ${language}`).toBeGreaterThanOrEqual(1);
        expect(own.filter((each) => !fires(each)).length, `silent cases in ${language}`).toBeGreaterThanOrEqual(3);
      }
      // A fix that the user has to fill in is never made in bulk: it has no fixed text, and is tried by itself.
      const inBulk = cases.flatMap(({ files }) => files.filter(({ checked }) => checked).flatMap((file) => check(contentsOf(files), file.path, overridesOf(rule.name, file)).findings)).some((finding) => finding.rule === rule.name && finding.fixes.some((fix) => !fix.placeholder));
      if (inBulk) expect(cases.some(({ files }) => files.some(({ fixed }) => fixed.length > 0)), 'a fixed text').toBe(true);
    });

    it('says the truth about its fixes, and speaks in sentences', () => {
      const examples = rule.docs.examples.flatMap((example) => check(filesOf(example, example.bad), fileOf(example), overrides(rule, example)).findings);
      const path = here(`./fixtures/${rule.name}.md`);
      const cases = existsSync(path) ? readFixture(readFileSync(path, 'utf8')).filter(fires) : [];
      const fixtures = cases.flatMap(({ files }) => files.filter(({ checked }) => checked).flatMap((file) => check(contentsOf(files), file.path, overridesOf(rule.name, file)).findings));
      const own = [...examples, ...fixtures].filter((finding) => finding.rule === rule.name);
      for (const { message, fixes } of own) {
        expect(message).toMatch(/^[^\s].*[.?]$/s);
        for (const { title } of fixes) expect(title, 'a title is no sentence').toMatch(/^[A-Z].*[^.]$/);
      }
      const safeties = new Set(own.flatMap(({ fixes }) => fixes.map(({ safety }) => safety)));
      expect([...safeties].sort().join(' and ') || 'none').toBe(rule.fix);
    });

    it('has a page', () => expect(readFileSync(here(`../docs/rules/${rule.name}.md`), 'utf8')).toContain(`# ${rule.name}`));
  });
}

const fires = ({ files }: Case): boolean => files.some(({ expected }) => expected.length > 0);
const inLanguage = ({ files }: Case, language: RuleLanguage): boolean => files.some(({ checked, path }) => checked && endings[language].test(path));
const endings: Readonly<Record<RuleLanguage, RegExp>> = { python: /\.(py|ipynb)$/, scala: /\.(scala|sc)$/, conf: /^(?!.*(\.(py|ipynb|scala|sc|sh)|Dockerfile)$)/, shell: /\.sh$|Dockerfile$/ };
