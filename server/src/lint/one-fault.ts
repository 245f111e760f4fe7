/** One fault, one finding: what several callers or several rules say of one place becomes what the best of them says. */
import type { Setting, Site } from '../analysis/model.ts';
import { type Related, type Report, type Rule, type Severity } from '../rule/rule.ts';
import type { Range } from '../text/range.ts';
import { type RangeIndex, rangeIndex } from '../text/range-index.ts';
import { groupedBy, placeOf } from '../rule/queries.ts';

export interface Reported {
  readonly rule: Rule;
  readonly report: Report;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };
const severityOf = ({ rule, report }: Reported): Severity => report.severity ?? rule.severity;

/** Findings of one rule at one place: the gravest stays, and takes over the related places of the others. */
export function merge(reported: readonly Reported[]): Reported[] {
  return [...groupedBy(reported, ({ rule, report }) => `${rule.name}:${placeOf(report.at)}`).values()].map((group) => {
    const best = group.reduce((a, b) => (rank[severityOf(b)] < rank[severityOf(a)] ? b : a));
    if (group.length === 1) return best;
    const ordered = [best, ...group.filter((each) => each !== best)];
    return { rule: best.rule, report: { ...best.report, related: distinct(ordered, 'related'), evidence: distinct(ordered, 'evidence') } };
  });
}

function distinct(group: readonly Reported[], part: 'related' | 'evidence'): Related[] {
  const all = group.flatMap(({ report }) => report[part] ?? []);
  return [...groupedBy(all, ({ site, message }) => `${placeOf(site)}:${message}`).values()].map(([first]) => first!);
}

/** Leaves out what another rule, named in `yieldsTo`, says better. A hint says nothing better than a finding of weight: it gives way itself. */
export function yielded(reported: readonly Reported[], settings: readonly Setting[]): Reported[] {
  const entryAt = entryFinder(settings);
  const isBeaten = (each: Reported, by: readonly (Said | undefined)[]): boolean => by.some((said) => said !== undefined && speaksOf(said, each, entryAt));
  const all = saidByRule(reported);
  const ofWeight = saidByRule(reported.filter((each) => !isHint(each)));
  const left = reported.filter((each) => !isBeaten(each, (each.rule.yieldsTo ?? []).map((rule) => (isHint(each) ? all : ofWeight).get(rule))));
  const leftOfWeight = [...saidByRule(left.filter((each) => !isHint(each))).values()];
  const overHints = groupedBy(leftOfWeight.flatMap((said) => (said.rule.yieldsTo ?? []).map((rule) => ({ rule, said }))), ({ rule }) => rule);
  return left.filter((each) => !isHint(each) || !isBeaten(each, (overHints.get(each.rule.name) ?? []).map(({ said }) => said)));
}

/** Of the places of one fault the first in the text is told, and leads to the others. */
export function asOneFault(reported: readonly Reported[]): Reported[] {
  const groups = groupedBy(reported, ({ rule, report }) => (report.oneOf ? `${rule.name}:${report.oneOf.fault}` : report));
  return [...groups.values()].map((places) => [...places].sort((a, b) => a.report.at.start - b.report.at.start)).map(([first, ...others]) => (others.length === 0 ? first! : {
    rule: first!.rule,
    report: { ...first!.report, related: [...first!.report.related ?? [], ...others.map(({ report }) => ({ site: report.at, message: report.oneOf!.is }))] },
  }));
}

const isHint = (each: Reported): boolean => severityOf(each) === 'hint';
const saidByRule = (reported: readonly Reported[]): Map<string, Said> => new Map([...groupedBy(reported, ({ rule }) => rule.name)].map(([rule, own]) => [rule, saidIn(own)]));

/** What one rule reported, by place. */
interface Said {
  readonly rule: Rule;
  /** By module. */
  readonly at: ReadonlyMap<string, RangeIndex>;
  readonly related: ReadonlyMap<string, RangeIndex>;
  readonly places: ReadonlySet<string>;
  /** The reports that relate to a place. */
  readonly relating: ReadonlyMap<string, readonly Report[]>;
}

function saidIn(own: readonly Reported[]): Said {
  const reports = own.map(({ report }) => report);
  const related = reports.flatMap((report) => relatedSites(report).map((site) => ({ site, report })));
  return {
    rule: own[0]!.rule,
    at: byModule(reports.map(({ at }) => at)), related: byModule(related.map(({ site }) => site)),
    places: new Set(reports.map(({ at }) => placeOf(at))),
    relating: new Map([...groupedBy(related, ({ site }) => placeOf(site))].map(([place, items]) => [place, items.map(({ report }) => report)])),
  };
}

const byModule = (sites: readonly Site[]): Map<string, RangeIndex> => new Map([...groupedBy(sites, ({ module }) => module)].map(([module, own]) => [module, rangeIndex(own)]));

/** Each place once. */
const relatedSites = (report: Report): Site[] => [...new Map((report.related ?? []).map(({ site }) => [placeOf(site), site])).values()];

/**
 * Both speak of one place: their ranges overlap; or the range of one is a place that the other relates to; or they relate
 * to the same two or more places (the same actions, say). For settings: both speak of one entry.
 */
function speaksOf(said: Said, { rule, report }: Reported, entryAt: (at: Site) => Entry | undefined): boolean {
  const { at } = report;
  if (rule.looksAt === 'settings' && said.rule.looksAt === 'settings') {
    const entry = entryAt(at);
    if (entry) return (said.at.get(at.module)?.hasWithin(entry) ?? false) || (entry.call !== undefined && said.places.has(entry.call));
  }
  const related = relatedSites(report);
  return meets(said.at, at) || meets(said.related, at) || related.some((site) => meets(said.at, site)) || sharesTwo(said, related);
}

const meets = (index: ReadonlyMap<string, RangeIndex>, site: Site): boolean => index.get(site.module)?.meets(site) ?? false;

function sharesTwo({ relating }: Said, related: readonly Site[]): boolean {
  const met = new Set<Report>();
  for (const site of related) {
    for (const report of relating.get(placeOf(site)) ?? []) {
      if (met.has(report)) return true;
      met.add(report);
    }
  }
  return false;
}

/** A setting as reports speak of it. */
interface Entry extends Range {
  /** The place of the call around it, in code. */
  readonly call: string | undefined;
  readonly module: string;
  readonly order: number;
}

/** From the key to the end of the value: the call around an entry in code holds the whole chain before it. */
function entryOf({ keySite, valueSite, site, means }: Setting, order: number): Entry {
  if (means === 'file' || means === 'command' || means === 'environment') return { start: site.start, end: Math.max(site.end, keySite.end), module: site.module, call: undefined, order };
  return { start: Math.min(keySite.start, valueSite.start), end: Math.max(keySite.end, valueSite.end), module: site.module, call: placeOf(site), order };
}

/** Finds the first of the settings that a report speaks of. */
function entryFinder(settings: readonly Setting[]): (at: Site) => Entry | undefined {
  const entries = settings.map(entryOf);
  const index = rangeIndex(entries);
  const calls = groupedBy(entries, ({ call }) => call ?? '');
  return (at) => [...index.around(at).filter(({ module }) => module === at.module), ...(calls.get(placeOf(at)) ?? []).slice(0, 1)].sort((a, b) => a.order - b.order)[0];
}

