/** Whole projects in memory, checked and fixed as users' are. */
import { api } from '../../server/src/knowledge/api-reader.ts';
import { registry } from '../../server/src/knowledge/registry-reader.ts';
import type { Finding } from '../../server/src/lint/finding.ts';
import { applyFixes, type Safety } from '../../server/src/lint/fixes.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { createProject, type Project } from '../../server/src/project/project.ts';
import type { Overrides } from '../../server/src/project/settings.ts';
import type { Rule } from '../../server/src/rule/rule.ts';
import { rules as allRules } from '../../server/src/rules/index.ts';
import { applyToNotebook } from '../../server/src/syntax/index.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { syntax } from './engine.ts';

export type Files = Readonly<Record<string, string>>;

export function projectOf(files: Files, overrides: Overrides = {}, rules: readonly Rule[] = allRules): Project {
  return createProject({ host: memoryHost(files), syntax, api, registry, rules, overrides });
}

export interface Checked {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly problems: readonly string[];
  /** The text that offsets count in. */
  readonly text: string;
  readonly syntaxErrors: number;
}

export function check(files: Files, path: string, overrides: Overrides = {}, rules?: readonly Rule[]): Checked {
  const project = projectOf(files, overrides, rules);
  const { findings, suppressed, problems } = project.check(path);
  const text = project.source(path)?.text ?? files[path]!;
  const syntaxErrors = project.syntaxErrors(path).length;
  return { findings, suppressed, problems: problems.map(({ message }) => message), text, syntaxErrors };
}

/** The text after all fixes of this safety, and how the parse fared. */
export async function fix(files: Files, path: string, safety: Safety, overrides: Overrides = {}): Promise<{ text: string; left: readonly Finding[]; made: number; syntaxErrors: number; again: boolean }> {
  const lint = (content: string): Checked => check({ ...files, [path]: content }, path, overrides);
  const fixable = {
    lint,
    apply: (content: string, edits: Parameters<typeof applyEdits>[1]): string =>
      path.endsWith('.ipynb') ? applyToNotebook(content, projectOf({ ...files, [path]: content }).source(path)!, edits) : applyEdits(content, edits),
  };
  const once = await applyFixes(files[path]!, safety, fixable);
  const twice = await applyFixes(once.document, safety, fixable);
  const { text, syntaxErrors } = lint(once.document);
  return { text, left: once.left, made: once.made.length, syntaxErrors, again: twice.document !== once.document };
}
