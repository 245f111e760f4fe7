/** One fault, one finding: what several callers or several rules say of one place becomes what the best of them says. */
import type { Setting, Site } from '../analysis/model.ts';
import { type Related, type Report, type Rule, type Severity } from '../rule/rule.ts';
import { contains, overlaps, touches, type Range } from '../text/range.ts';

export interface Reported {
  readonly rule: Rule;
  readonly report: Report;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };
const severityOf = ({ rule, report }: Reported): Severity => report.severity ?? rule.severity;

/** Findings of one rule at one place: the gravest stays, and takes over the related places of the others. */
export function merge(reported: readonly Reported[]): Reported[] {
  const groups = new Map<string, Reported[]>();
  for (const each of reported) {
    const key = `${each.rule.name}:${each.report.at.start}:${each.report.at.end}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const best = group.reduce((a, b) => (rank[severityOf(b)] < rank[severityOf(a)] ? b : a));
    if (group.length === 1) return best;
    const ordered = [best, ...group.filter((each) => each !== best)];
    return { rule: best.rule, report: { ...best.report, related: distinct(ordered, 'related'), evidence: distinct(ordered, 'evidence') } };
  });
}

function distinct(group: readonly Reported[], part: 'related' | 'evidence'): Related[] {
  const all = group.flatMap(({ report }) => report[part] ?? []);
  return all.filter((each, index) => all.findIndex((other) => samePlace(other.site, each.site) && other.message === each.message) === index);
}

/** Leaves out what another rule, named in `yieldsTo`, says better. */
export function yielded(reported: readonly Reported[], settings: readonly Setting[]): Reported[] {
  return reported.filter((each) => !reported.some((other) => other !== each && each.rule.yieldsTo?.includes(other.rule.name) && sameFault(each, other, settings)));
}

/**
 * Both speak of one place: their ranges overlap; or the range of one is a place that the other relates to; or they relate
 * to the same two or more places (the same actions, say). For settings: both speak of one entry.
 */
function sameFault(a: Reported, b: Reported, settings: readonly Setting[]): boolean {
  if (a.rule.looksAt === 'settings' && b.rule.looksAt === 'settings') {
    const entry = settings.find((setting) => within(setting, a.report.at));
    if (entry) return within(entry, b.report.at);
  }
  const ofA = (a.report.related ?? []).map(({ site }) => site);
  const ofB = (b.report.related ?? []).map(({ site }) => site);
  return meet(a.report.at, b.report.at)
    || ofA.some((site) => meet(site, b.report.at)) || ofB.some((site) => meet(site, a.report.at))
    || ofA.filter((site) => ofB.some((other) => samePlace(site, other))).length >= 2;
}

/** From the key to the end of the value: the call around an entry in code holds the whole chain before it. */
function within(setting: Setting, range: Range): boolean {
  const from = Math.min(setting.keySite.start, setting.valueSite.start);
  const entry = { start: setting.means === 'file' ? setting.site.start : from, end: Math.max(setting.keySite.end, setting.valueSite.end) };
  return contains(entry, range) || (setting.means !== 'file' && samePlace(setting.site, { ...setting.site, start: range.start, end: range.end }));
}

const samePlace = (a: Site, b: Site): boolean => a.module === b.module && a.start === b.start && a.end === b.end;
const meet = (a: Site, b: Site): boolean => a.module === b.module && (overlaps(a, b) || (a.start === a.end && touches(b, a.start)));
