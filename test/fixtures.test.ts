/** Every rule over its literate fixtures: exactly the findings that are marked, and exactly the fixed texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeText, confText } from '../server/src/lint/document.ts';
import type { Finding } from '../server/src/lint/finding.ts';
import { suppressFile, suppressLine } from '../server/src/lint/suppressions.ts';
import { ruleByName } from '../server/src/rules/index.ts';
import { type Case, contentsOf, type Expected, type FixtureFile, overridesOf, readFixture, render } from './support/fixture.ts';
import { check, type Checked, fix, type Files, projectOf } from './support/project.ts';
import type { Overrides } from '../server/src/project/settings.ts';
import { applyEdits } from '../server/src/text/edits.ts';

const folder = new URL('./fixtures/', import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md').sort()) {
  const rule = file.slice(0, -3);
  const cases = readFixture(readFileSync(new URL(file, folder), 'utf8'));
  describe(rule, () => {
    it('is a rule', () => expect(ruleByName(rule)?.name).toBe(rule));
    for (const each of cases) it(`${each.name} (line ${each.line})`, () => runCase(rule, each));
  });
}

async function runCase(rule: string, { files }: Case): Promise<void> {
  const contents = contentsOf(files);
  for (const file of files.filter(({ checked }) => checked)) {
    const overrides = overridesOf(rule, file);
    const result = check(contents, file.path, overrides);
    expect(result.problems).toEqual([]);
    expect(result.text).toBe(file.text);
    expect(render(file.text, actual(result.findings, file.expected))).toBe(render(file.text, file.expected));
    for (const safety of ['safe', 'suggested'] as const) {
      const fixed = await fix(contents, file.path, safety, overrides);
      expect(fixed.syntaxErrors, `${safety} fixes must not parse worse:\n${fixed.text}`).toBeLessThanOrEqual(result.syntaxErrors);
      expect(fixed.again, `${safety} fixes must come to an end:\n${fixed.text}`).toBe(false);
      const wanted = file.fixed.find((block) => block.safety === safety);
      if (wanted) expect(fixed.text).toBe(wanted.text);
    }
    if (!file.path.endsWith('.ipynb')) for (const finding of result.findings) eachFixParses(contents, file, overrides, result, finding);
    if (result.findings.length > 0 && !file.path.endsWith('.ipynb')) holdsStill(contents, file, overrides, result);
  }
}

/** Also those that bulk fixing never makes: the second choices, and those with something to fill in. */
function eachFixParses(contents: Files, { path, text }: FixtureFile, overrides: Overrides, before: Checked, finding: Finding): void {
  for (const each of finding.fixes) {
    // A fix may also stand in another file of the project.
    const changed = { ...contents, [path]: text };
    for (const file of new Set(each.edits.map((edit) => edit.module ?? path))) changed[file] = applyEdits(changed[file]!, each.edits.filter((edit) => (edit.module ?? path) === file));
    const after = check(changed, path, overrides);
    expect(after.syntaxErrors, `"${each.title}" must not parse worse:\n${after.text}`).toBeLessThanOrEqual(before.syntaxErrors);
    const count = ({ findings }: Checked): number => findings.filter(({ rule }) => rule === finding.rule).length;
    expect(count(after), `"${each.title}" must not bring new findings of its rule:\n${after.text}`).toBeLessThanOrEqual(count(before));
  }
}

/** What is true of every finding: a suppression silences it, and its fingerprint outlives an edit elsewhere. */
function holdsStill(contents: Files, { path, text }: FixtureFile, overrides: Overrides, before: Checked): void {
  const again = (changed: string): Checked => check({ ...contents, [path]: changed }, path, overrides);
  const project = projectOf(contents, overrides);
  const program = project.program(path);
  const document = program ? codeText(program.lowered, project.beside(path)?.lowered) : confText(project.conf(path)!);
  const [finding] = before.findings;
  if (document.marker === '') {
    expect([suppressLine(document, finding!.rule, finding!), suppressFile(document, finding!.rule)], 'no comment can stand there').toEqual([[], []]);
    return;
  }
  const line = again(applyEdits(text, suppressLine(document, finding!.rule, finding!)));
  expect(line.findings.map(({ fingerprint }) => fingerprint), `suppressed on its line:\n${line.text}`).not.toContain(finding!.fingerprint);
  expect(line.findings.length).toBeLessThan(before.findings.length);
  expect(line.syntaxErrors).toBeLessThanOrEqual(before.syntaxErrors);
  const whole = again(applyEdits(text, suppressFile(document, finding!.rule)));
  expect(whole.findings.filter(({ rule }) => rule === finding!.rule), `suppressed in the file:\n${whole.text}`).toEqual([]);
  if (text.startsWith('\uFEFF') || document.headInsertion > 0) return;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  expect(again(end + end + text).findings.map(({ fingerprint }) => fingerprint), 'fingerprints below new lines').toEqual(before.findings.map(({ fingerprint }) => fingerprint));
}

/** Findings in the form of the markers; a message is shown only where the marker speaks of it. */
function actual(findings: readonly Finding[], expected: readonly Expected[]): Expected[] {
  return findings.map(({ start, end, rule, severity, message }) => {
    const said = expected.find((each) => each.start === start && each.end === end && each.rule === rule && each.message !== undefined)?.message;
    return { start, end, rule, severity, message: said === undefined ? undefined : message.includes(said) ? said : message };
  });
}
