/**
 * The findings of a program of which a part was analysed again: those there are new, those elsewhere are the earlier
 * ones, moved to where their text stands now. Rules that ask for the whole program (is it used nowhere, set nowhere)
 * and those on settings say what they said, until the whole is analysed.
 */
import type { Site, SparkProgram } from '../analysis/model.ts';
import type { Part } from '../analysis/part.ts';
import type { ProgramContext, Related, Rule } from '../rule/rule.ts';
import { codeText } from './document.ts';
import type { Finding } from './finding.ts';
import { byPosition, type LintInput, lintProgram, type LintResult, ofComments } from './lint.ts';
import { silencing } from './suppressions.ts';

/** `program`: the part's, which is `partial`; `before`: what was found in the earlier text. */
export function lintPart(program: SparkProgram, input: LintInput, before: LintResult, part: Part): LintResult {
  const looking = input.rules.filter((rule) => !part.nothing && rule.looksAt === 'program' && !ofComments.has(rule.name));
  const { found, asked } = lintAsked(program, input, looking);
  const speaks = new Set(looking.flatMap(({ name }) => (asked.has(name) ? [] : [name])));
  const kept = [...before.findings, ...before.suppressed].flatMap((finding) => (speaks.has(finding.rule) && part.wasAnew(finding.start) ? [] : movedFinding(finding, part) ?? []));
  const document = codeText(program.lowered);
  const isSilenced = (finding: Finding): boolean => silencing(document, input.rules.find(({ name }) => name === finding.rule)!, finding).length > 0;
  const isNew = ({ rule, start }: Finding): boolean => speaks.has(rule) && part.isAnew(start);
  return {
    findings: [...kept.filter((finding) => !isSilenced(finding)), ...found.findings.filter(isNew)].sort(byPosition),
    suppressed: [...kept.filter(isSilenced), ...found.suppressed.filter(isNew)],
    failures: found.failures,
  };
}

/** What rules find, and which of them asked whether they see everything. */
function lintAsked(program: SparkProgram, input: LintInput, looking: readonly Rule[]): { readonly found: LintResult; readonly asked: ReadonlySet<string> } {
  const asked = new Set<string>();
  let running = '';
  const notWhole = (): void => void asked.add(running);
  // One object for all of them: what was gathered from it is kept with it.
  const watched: SparkProgram = { ...program, get partial() { notWhole(); return true; } };
  const watching = looking.map((rule): Rule => (rule.looksAt === 'settings' ? rule : {
    ...rule,
    check(context: ProgramContext) {
      running = rule.name;
      rule.check({ ...context, get complete() { notWhole(); return false; } });
    },
  }));
  return { found: lintProgram(watched, { ...input, rules: watching }), asked };
}

/** undefined: its own text was edited. */
function movedFinding(finding: Finding, part: Part): Finding | undefined {
  const place = part.moved(finding);
  if (!place) return undefined;
  const { path } = finding;
  const movedSites = (all: readonly Related[]): Related[] => all.flatMap((each) => {
    const site = movedSite(each.site, path, part);
    return site ? [{ ...each, site }] : [];
  });
  return {
    ...finding, ...place, related: movedSites(finding.related), evidence: movedSites(finding.evidence),
    fixes: finding.fixes.flatMap((fix) => {
      const edits = fix.edits.flatMap((edit) => ((edit.module ?? path) === path ? (part.moved(edit) ? [{ ...edit, ...part.moved(edit)! }] : []) : [edit]));
      return edits.length === fix.edits.length ? [{ ...fix, edits }] : [];
    }),
  };
}

/** Where a site of the edited module stands now. */
export function movedSite(site: Site, path: string, part: Part): Site | undefined {
  if (site.module !== path) return site;
  const place = part.moved(site);
  return place && { ...site, ...place };
}
