/**
 * The runner: runs the enabled rules over one document and settles what the user sees of their reports. Pure; the same
 * program, surroundings and settings give the same findings.
 */
import type { Setting, SparkProgram } from '../analysis/model.ts';
import type { Registry } from '../knowledge/registry.ts';
import type { ConfDocument, Section } from '../program/conf.ts';
import type { Edit, Fix, Report, Rule, RuleLanguage, Surroundings } from '../rule/rule.ts';
import { passedOver } from '../rule/statements.ts';
import { resourcesOf } from '../rule/resources.ts';
import { targetsIn } from '../rule/targets.ts';
import type { Range } from '../text/range.ts';
import { type RangeIndex, rangeIndex } from '../text/range-index.ts';
import { type LintedText, codeText, confText, settingsOfSection } from './document.ts';
import { type Finding, urlOf } from './finding.ts';
import { fingerprints, normalisedCode } from './fingerprint.ts';
import { asOneFault, merge, type Reported, yielded } from './one-fault.ts';
import { isGenerated } from './generated.ts';
import { answersTo, type Enabled, enabledRules } from './selection.ts';
import type { LintSettings, OptionValue } from './settings.ts';
import { type SuppressedName, silencing, type Suppression, suppressionsIn, withoutComment, withoutName } from './suppressions.ts';

/** What rules are told besides the document; options are looked up by the runner, rule by rule. */
export type Environment = Omit<Surroundings, 'option'>;

export interface LintInput {
  readonly environment: Environment;
  readonly rules: readonly Rule[];
  readonly settings: LintSettings;
  readonly registry: Registry;
}

/** A rule that threw: its findings are lost, the others' are not. The caller logs it. */
export interface Failure {
  readonly rule: string;
  readonly path: string;
  readonly error: unknown;
}

export interface LintResult {
  /** By position. */
  readonly findings: readonly Finding[];
  /** Silenced by comments. */
  readonly suppressed: readonly Finding[];
  readonly failures: readonly Failure[];
}

/** The cells of a notebook in its other language, and what surrounds them. */
export interface Beside {
  readonly program: SparkProgram;
  readonly environment: Environment;
}

export function lintProgram(program: SparkProgram, input: LintInput, beside?: Beside): LintResult {
  if (program.lowered.timedOut) return { findings: [], suppressed: [], failures: [] };
  const parts = [partOf(program, input), ...(beside ? [partOf(beside.program, { ...input, environment: beside.environment })] : [])];
  const document = codeText(program.lowered, beside?.program.lowered);
  const result = run(program.path, document, parts.flatMap(({ entries }) => entries), input, parts.flatMap(({ languages }) => languages), (rule, option, report) => {
    // Cells in the other language stand behind marks, which a new line would lack.
    for (const [index, { check }] of parts.entries()) check(rule, option, index === 0 ? report : (found) => report({ ...found, fixes: found.fixes?.filter(({ edits }) => edits.every(({ newText }) => !newText.includes('\n'))) ?? [] }));
  });
  return isGenerated(document) ? withoutAdvice(result) : result;
}

interface Part {
  readonly entries: readonly Setting[];
  readonly languages: readonly RuleLanguage[];
  readonly check: Check;
}

function partOf(program: SparkProgram, { environment, registry }: LintInput): Part {
  const { path, lowered } = program;
  const { text, language } = lowered;
  // What a test says of a command is held against one that it makes, and never runs.
  const sections = program.sections.filter(({ means }) => environment.fileKind !== 'test' || means === 'environment').map((section) => within(section, settingsOfSection({ path }, section), environment));
  return {
    entries: [...program.settings, ...sections.flatMap(({ entries }) => entries)],
    languages: sections.some(({ section }) => section.command) ? [language, 'shell'] : [language],
    check(rule, option, told) {
      const report = (found: Report): void => told(isPassedOver(found, rule) ? { ...found, severity: 'warning' } : found);
      if (rule.looksAt === 'program') {
        if (rule.languages.includes(language)) rule.check({ ...environment, option, program, report });
        return;
      }
      if (rule.languages.includes(language)) rule.check({ ...environment, option, registry, entries: program.settings, text, path, program, report });
      // A command is one wherever it stands: the rules on scripts judge it.
      for (const { section, entries, around } of sections) if (rule.languages.includes(section.command ? 'shell' : language)) rule.check({ ...environment, ...around, option, registry, entries, text, path, program, section, command: section.command, report });
    },
  };

  /** What fails there is caught, and little is lost by it. */
  function isPassedOver({ severity, raisesAt }: Report, rule: Rule): boolean {
    return raisesAt?.module === path && (severity ?? rule.severity) === 'error' && passedOver(lowered, raisesAt.start) === 'alone';
  }
}

/** A properties file, a script, a file of data: rules look at what is told to one application at a time. */
export function lintConf(conf: ConfDocument, input: LintInput): LintResult {
  const { environment, registry } = input;
  const sections = conf.sections.filter((section) => !isMadeForTest(conf, section, environment)).map((section) => within(section, settingsOfSection(conf, section), environment));
  const document = confText(conf);
  const languageOf = ({ command }: Section): RuleLanguage => (command ? 'shell' : document.language);
  // Where nothing is looked at, nobody knows what a comment silences.
  const languages = sections.length === 0 && conf.sections.length > 0 ? [] : [document.language, ...sections.map(({ section }) => languageOf(section))];
  return run(conf.path, document, sections.flatMap(({ entries }) => entries), input, languages, (rule, option, report) => {
    if (rule.looksAt !== 'settings') return;
    for (const { section, entries, around } of sections) if (rule.languages.includes(languageOf(section))) rule.check({ ...environment, ...around, option, registry, entries, text: conf.text, path: conf.path, conf, section, command: section.command, report });
  });
}

/**
 * A properties file among tests that no command hands to Spark, or keys in data that do not say themselves who reads them:
 * what reads them is the test, which may want their faults, or hands them to something else.
 */
const isMadeForTest = ({ form, path, ...conf }: ConfDocument, section: Section, { fileKind, namedBySubmit }: Environment): boolean =>
  fileKind === 'test' && (form === 'properties' ? !('defaults' in conf && conf.defaults) && namedBySubmit?.(path.slice(path.lastIndexOf('/') + 1)) !== true : (form === 'yaml' || form === 'json') && isPlain(section));

/** Neither a command nor an application, nor a text that is written to a file of Spark's, nor variables. */
const isPlain = ({ command, runs, runsOn, comments, means, strays }: Section): boolean => [command, runs, runsOn, comments, means, strays].every((each) => each === undefined);

/** What a section says itself of where it is read counts for it alone. */
function within(section: Section, entries: readonly Setting[], environment: Environment): { readonly section: Section; readonly entries: readonly Setting[]; readonly around: Partial<Environment> } {
  const targets = targetsIn(section, environment.targets);
  const slots = (): number | undefined => environment.slots?.() ?? resourcesOf(entries, targets, section.command).slots?.value;
  return { section, entries, around: { targets, slots, ...(section.runsOn === 'databricks' ? { launch: 'databricks', forDatabricks: () => true } : {}) } };
}

type Check = (rule: Rule, option: Surroundings['option'], report: (report: Report) => void) => void;

/** In generated code nobody takes advice; what fails has to be known. */
const withoutAdvice = (result: LintResult): LintResult => ({ ...result, findings: result.findings.filter(({ severity }) => severity === 'error') });

function run(path: string, document: LintedText, entries: readonly Setting[], input: LintInput, languages: readonly RuleLanguage[], check: Check): LintResult {
  const enabled = enabledRules(input.rules, input.settings, path).filter(({ rule }) => rule.languages.some((language) => languages.includes(language)));
  const failures: Failure[] = [];
  const reported: Reported[] = [];
  for (const { rule } of enabled) {
    const reports: Report[] = [];
    try {
      check(rule, optionsOf(rule, input.settings), (report) => reports.push(report));
      reported.push(...reports.map((report) => ({ rule, report })));
    } catch (error) {
      failures.push({ rule: rule.name, path, error });
    }
  }
  const errors = rangeIndex(document.errors);
  const own = reported.filter(({ report }) => report.at.module === path && !inError(errors, report.at));
  const kept = asOneFault(yielded(merge(own), entries));
  const toFindings = findingsOf(path, document, enabled, errors);
  const findings = toFindings(kept);

  const suppressions = suppressionsIn(document);
  const used = new Set<SuppressedName>();
  const bySuppression = (finding: Finding): boolean => {
    const names = silencing(document, ruleOf(input.rules, finding), finding);
    for (const name of names) used.add(name);
    return names.length > 0;
  };
  const ofCode = parted(findings, bySuppression);
  const judged = judgeSuppressions(path, document, suppressions, used, enabled, failures, input.rules).filter(({ report }) => !inError(errors, report.at));
  const ofComments = parted(toFindings(judged), bySuppression);
  return { findings: [...ofCode.no, ...ofComments.no].sort(byPosition), suppressed: [...ofCode.yes, ...ofComments.yes], failures };
}

function parted<T>(items: readonly T[], test: (item: T) => boolean): { readonly yes: T[]; readonly no: T[] } {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return { yes, no };
}

/** An empty range counts as the character behind it. */
const inError = (errors: RangeIndex, { start, end }: Range): boolean => errors.overlaps({ start, end: Math.max(end, start + 1) });
export const byPosition = (a: Finding, b: Finding): number => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
const ruleOf = (rules: readonly Rule[], finding: Finding): Rule => rules.find((rule) => rule.name === finding.rule)!;

function optionsOf(rule: Rule, settings: LintSettings): Surroundings['option'] {
  const name = [rule.name, ...(rule.former ?? [])].find((each) => settings.options[each]);
  const options: Readonly<Record<string, OptionValue>> = name === undefined ? {} : settings.options[name]!;
  return <T extends OptionValue>(option: string, fallback: T): T => {
    const value = options[option];
    return typeof value === typeof fallback ? (value as T) : fallback;
  };
}

const findingsOf = (path: string, document: LintedText, enabled: readonly Enabled[], errors: RangeIndex) => (reported: readonly Reported[]): Finding[] => {
  const ordered = [...reported].sort((a, b) => a.report.at.start - b.report.at.start || a.report.at.end - b.report.at.end);
  const prints = fingerprints(ordered.map(({ rule, report }) => ({ rule: rule.name, inside: document.inside(report.at.start), code: normalisedCode(document.text, report.at, document.comments) })));
  return ordered.map(({ rule, report }, index) => ({
    path, rule: rule.name, start: report.at.start, end: report.at.end,
    severity: enabled.find((each) => each.rule === rule)?.severity ?? report.severity ?? rule.severity,
    message: report.message, url: urlOf(rule.name), fingerprint: prints[index]!,
    fixes: (report.fixes ?? []).filter((fix) => isSound(fix, path, document, errors)), renameTo: report.renameTo,
    related: report.related ?? [], evidence: report.evidence ?? [], tags: rule.tags ?? [],
  }));
};

/** It changes something, stays within the text, and touches no syntax error. */
function isSound(fix: Fix, path: string, document: LintedText, errors: RangeIndex): boolean {
  const own = fix.edits.filter((edit) => (edit.module ?? path) === path);
  return fix.edits.length > 0 && own.every((edit: Edit) => edit.start >= 0 && edit.start <= edit.end && edit.end <= document.text.length && !inError(errors, edit));
}

/** The rules of the runner itself: what is wrong with suppression comments. They are in `rules/` for their names and pages alone. */
function judgeSuppressions(path: string, document: LintedText, suppressions: readonly Suppression[], used: ReadonlySet<SuppressedName>, enabled: readonly Enabled[], failures: readonly Failure[], rules: readonly Rule[]): Reported[] {
  const found: Reported[] = [];
  const add = (name: string, range: Range, message: string, fix?: Pick<Fix, 'title' | 'edits'> & Partial<Fix>): void => {
    const rule = enabled.find((each) => each.rule.name === name)?.rule;
    if (rule) found.push({ rule, report: { at: { module: path, start: range.start, end: range.end }, message, fixes: fix ? [{ safety: 'safe', ...fix }] : [] } });
  };
  for (const suppression of suppressions) {
    if (suppression.names.length === 0) {
      add('unknown-rule-name', suppression, `Name the rules to ignore, as in \`ignore${suppression.kind === 'file' ? '-file' : ''}[collect-to-driver]\`: without names this comment silences nothing.`);
      continue;
    }
    if (suppression.kind === 'file' && suppression.line < 0) {
      add('unused-suppression', suppression, `\`ignore-file\` counts within the first 20 lines of a file${document.language === 'conf' ? '' : ' and up to the first cell with code of a notebook'}: here it silences nothing.`, { title: 'Remove the comment', edits: withoutComment(document, suppression) });
      continue;
    }
    for (const name of suppression.names) {
      const rule = rules.find((each) => answersTo(each, name.name));
      const fix = { title: suppression.names.length > 1 ? `Remove \`${name.name}\`` : 'Remove the comment', edits: withoutName(document, suppression, name) };
      if (!rule) {
        const meant = nearest(rules, name.name);
        // The name that was meant wakes a comment that slept: for the author to decide.
        if (meant) add('unknown-rule-name', name, `No rule is called \`${name.name}\`; did you mean \`${meant}\`?`, { title: `Change to \`${meant}\``, safety: 'suggested', edits: [{ start: name.start, end: name.end, newText: meant }] });
        else add('unknown-rule-name', name, `No rule is called \`${name.name}\`.`, fix);
      }
      else if (!used.has(name) && isJudged(rule, enabled, failures)) add('unused-suppression', name, `\`${name.name}\` reports nothing here: this part of the comment is no longer needed.`, fix);
    }
  }
  return found;
}

/** A rule that did not run, or lost its findings, says nothing of its suppressions; those that speak of comments are judged last. */
const isJudged = (rule: Rule, enabled: readonly Enabled[], failures: readonly Failure[]): boolean =>
  enabled.some((each) => each.rule === rule) && !failures.some((failure) => failure.rule === rule.name) && rule.name !== 'unused-suppression' && rule.name !== 'unknown-rule-name';

/** The one rule whose name is at most two slips away. */
function nearest(rules: readonly Rule[], name: string): string | undefined {
  const near = rules.filter((rule) => distance(rule.name, name.toLowerCase().replaceAll('_', '-')) <= 2);
  return near.length === 1 ? near[0]!.name : undefined;
}

/** Edits of one character that lead from one name to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

export { codeText, confText, settingsOfConf, settingsOfEnvironment } from './document.ts';
