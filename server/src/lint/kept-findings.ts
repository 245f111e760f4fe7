/** What was found in a document before an edit within a function, and stays until the whole is judged anew. */
import type { Part } from '../analysis/part.ts';
import type { Site } from '../analysis/model.ts';
import type { Fix, Related } from '../rule/rule.ts';
import { type Change, movedBy } from '../syntax/change.ts';
import type { Range } from '../text/range.ts';
import type { Finding } from './finding.ts';
import { byPosition, type LintResult } from './lint.ts';

/** Speaks of comments all over the file: whether they silence something shows when the whole is judged. */
const unused = 'unused-suppression';

/** What was found now where the part was judged anew, and elsewhere what was found `before`, at the places of the text now. */
export function withKept(now: LintResult, before: LintResult, path: string, part: Part): LintResult {
  const both = (key: 'findings' | 'suppressed'): readonly Finding[] => {
    const anew = now[key].filter((finding) => finding.rule !== unused && placesOf(finding, path).some(part.isPart));
    const taken = new Set(anew.map(placeOf));
    const kept = before[key].filter((finding) => !placesOf(finding, path).some(part.wasPart)).flatMap((finding) => moved(finding, path, part.change) ?? []);
    return [...anew, ...kept.filter((finding) => !taken.has(placeOf(finding)))].sort(byPosition);
  };
  return { findings: both('findings'), suppressed: both('suppressed'), failures: now.failures };
}

const placeOf = ({ rule, start, end }: Finding): string => `${rule} ${start}-${end}`;

/** A finding rests on what it names, too. */
const placesOf = (finding: Finding, path: string): readonly Range[] => [finding, ...finding.related.flatMap(({ site }) => (site.module === path ? site : []))];

/** undefined: what it spoke of is another now. */
function moved(finding: Finding, path: string, change: Change): Finding | undefined {
  const at = movedRange(finding, change);
  if (!at) return undefined;
  const own = (module: string | undefined, range: Range): Range | undefined => ((module ?? path) === path ? movedRange(range, change) : range);
  const site = (each: Site): Site | undefined => {
    const range = own(each.module, each);
    return range && { module: each.module, ...range };
  };
  const told = (all: readonly Related[]): Related[] => all.flatMap((each) => {
    const place = site(each.site);
    return place ? [{ ...each, site: place }] : [];
  });
  const fixed = (fix: Fix): Fix | undefined => {
    const edits = fix.edits.map((edit) => {
      const range = own(edit.module, edit);
      return range && { ...edit, ...range };
    });
    return edits.every((edit) => edit !== undefined) ? { ...fix, edits } : undefined;
  };
  return {
    ...finding, ...at, related: told(finding.related), evidence: told(finding.evidence),
    // What a comment silences may be what is being typed.
    fixes: finding.rule === unused ? [] : finding.fixes.flatMap((fix) => fixed(fix) ?? []),
  };
}

/** undefined: something in it changed. */
function movedRange({ start, end }: Range, change: Change): Range | undefined {
  if (end < change.start || end === change.start && start < end) return { start, end };
  return start >= change.oldEnd ? { start: movedBy(change, start), end: movedBy(change, end) } : undefined;
}
