/** What the editor offers at a finding, in its order: fixes, silencing, the page. */
import { codeText, confText } from '../lint/document.ts';
import { applyFixes, compatibleFixes } from '../lint/fixes.ts';
import { suppressFile, suppressLine } from '../lint/suppressions.ts';
import type { Finding } from '../lint/finding.ts';
import type { Project } from '../project/project.ts';
import type { Edit, Fix } from '../rule/rule.ts';
import { applyEdits } from '../text/edits.ts';
import type { Range } from '../text/range.ts';

export interface Action {
  readonly title: string;
  readonly kind: 'fix' | 'suppress' | 'page';
  readonly preferred: boolean;
  readonly finding: Finding;
  readonly edits: readonly Edit[];
  /** Renames the file itself, to this name beside it. */
  readonly renameTo?: string;
}

export const touching = (findings: readonly Finding[], range: Range): Finding[] => findings.filter((finding) => finding.start <= range.end && range.start <= finding.end);

export function actionsFor(project: Project, path: string, findings: readonly Finding[]): Action[] {
  const conf = project.conf(path);
  const lowered = conf ? undefined : project.lowered(path);
  const document = conf ? confText(conf) : lowered && codeText(lowered, project.beside(path)?.lowered);
  const fixes = findings.flatMap((finding) => finding.fixes.map((fix, index): Action => ({ title: titleOf(fix), kind: 'fix', preferred: index === 0 && fix.safety === 'safe', finding, edits: fix.edits })));
  const renames = findings.flatMap((finding): Action[] => (finding.renameTo === undefined ? [] : [{ title: `Rename the file to \`${finding.renameTo}\` (suggested)`, kind: 'fix', preferred: false, finding, edits: [], renameTo: finding.renameTo }]));
  const silences = !document ? [] : findings.map((finding): Action => ({ title: `Ignore ${finding.rule} on this line`, kind: 'suppress', preferred: false, finding, edits: suppressLine(document, finding.rule, finding) }));
  const files = !document ? [] : findings.map((finding): Action => ({ title: `Ignore ${finding.rule} in this file`, kind: 'suppress', preferred: false, finding, edits: suppressFile(document, finding.rule) }));
  const pages = findings.map((finding): Action => ({ title: `Open the documentation page of ${finding.rule}`, kind: 'page', preferred: false, finding, edits: [] }));
  return distinct([...fixes, ...renames, ...silences, ...files, ...pages]);
}

/** Suggested fixes say that they change what the program does. */
const titleOf = (fix: Fix): string => (fix.safety === 'safe' ? fix.title : `${fix.title} (suggested)`);

function distinct(actions: readonly Action[]): Action[] {
  const met = new Map<string, Action>();
  for (const action of actions) {
    const what = action.kind === 'fix' ? `${action.title}${JSON.stringify(action.edits)}` : action.title;
    if (!met.has(what)) met.set(what, action);
  }
  return [...met.values()];
}

/** The text with all safe fixes made, again and again until nothing changes; undefined where nothing does. */
export async function fixedText(project: Project, path: string, text: string): Promise<string | undefined> {
  const lint = (next: string) => {
    project.setText(path, next);
    return { findings: project.check(path).findings, syntaxErrors: project.syntaxErrors(path).length };
  };
  try {
    const { document } = await applyFixes(text, 'safe', { lint, apply: applyEdits });
    return document === text ? undefined : document;
  } finally {
    project.setText(path, text);
  }
}

/** The edits of all safe fixes that can be made at once: for notebooks, whose cells are documents of their own. */
export const safeEdits = (findings: readonly Finding[]): Edit[] => compatibleFixes(findings, 'safe').flatMap(({ edits }) => edits);
