/** `sparkcheck check`: which files, what is wrong with them, and what to do about it. */
import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Finding } from '../lint/finding.ts';
import { rulesNamed } from '../lint/selection.ts';
import { type CheckResult, dataForm, isCodeFile, isConfFile, isSqlFile, scriptForm } from '../project/project.ts';
import { nearestName, type Overrides, type Problem } from '../project/settings.ts';
import { versionRange } from '../project/versions.ts';
import type { Severity } from '../rule/rule.ts';
import { shownPlace } from '../service/placed-text.ts';
import type { Range } from '../text/range.ts';
import { loadSyntax, ready, type ProjectFile, type Projects, projectsOf, rules } from './engine.ts';
import { fixFile, fixedText } from './fix.ts';
import { jsonArray, jsonFinding } from './json.ts';
import { decode, isUtf8, longestFile, withSlashes } from '../lsp/node-host.ts';
import { createPlaces, type Places } from './places.ts';
import { plural, prettyFinding, type Style, summary } from './pretty.ts';
import { createProgress } from './progress.ts';
import { names, oneOf, parse, UsageError } from './usage.ts';
import { filesBelow } from './walk.ts';

const severities = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

export interface Found {
  readonly file: ProjectFile;
  readonly findings: readonly Finding[];
}

export async function check(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse('check', args);
  const format = oneOf('format', values.format, ['pretty', 'json']);
  const failOn = oneOf('fail-on', values['fail-on'], [...severities, 'never']);
  if (values.suggested && !values.fix) throw new UsageError('`--suggested` goes with `--fix`: `sparkcheck check --fix --suggested`.');
  const overrides: Overrides = { targetSpark: range(values['target-spark']), select: rulesIn('select', values.select), ignore: rulesIn('ignore', values.ignore) };
  const config = configAt(values.config);
  const projects = projectsOf(await loadSyntax(), config, overrides);
  const safety = values.fix ? (values.suggested ? 'suggested' as const : 'safe' as const) : undefined;

  const fromStandardInput = positionals.includes('-');
  if (fromStandardInput && positionals.length > 1) throw new UsageError('`-` stands alone: standard input is one file.');
  if (!fromStandardInput && values['stdin-filename'] !== undefined) throw new UsageError('`--stdin-filename` names the text of `-`: `sparkcheck check - --stdin-filename job.py < job.py`.');

  const places = createPlaces();
  let fixed = 0;
  let files: ProjectFile[];
  // Fixed text goes to standard output, and what is left to tell goes beside it.
  let out: NodeJS.WriteStream = process.stdout;
  if (fromStandardInput) {
    const file = projects.of(values['stdin-filename'] ?? 'stdin.py');
    if (!isRead(file.path)) throw new UsageError(`\`${file.path}\` is neither Python (.py), Scala (.scala, .sc), a notebook (.ipynb), a script (.sh, Dockerfile, Makefile), a YAML, JSON or -site.xml file nor a spark-defaults.conf: give \`--stdin-filename\` the name that the text has.`);
    file.project.setText(file.path, await standardInput());
    await file.project.ready(file.path);
    files = [file];
    if (safety) {
      const result = await fixedText(file, safety);
      out = process.stderr;
      process.stdout.write(result.text);
      fixed = result.made.length;
      file.project.setText(file.path, result.text);
    }
  } else {
    files = readable(named(positionals.length > 0 ? positionals : ['.'], projects, places), places);
    await ready(files);
    if (safety) for (const file of files) fixed += fixFile(await fixedText(file, safety), file, (message) => tell(`${places.shown(file)} ${message}`));
  }

  const found = await checkAll(files, places, !fromStandardInput);
  const broken = reportSettings(files.length === 0 && config ? [projects.of('.')] : files, places);
  const findings = found.flatMap((each) => each.findings);
  if (format === 'json') out.write(jsonArray(found.flatMap(({ file, findings: own }) => own.map((finding) => jsonFinding(finding, file, places)))));
  else {
    const style: Style = { colour: usesColour(out), width: Math.min(out.columns ?? 100, 120) };
    for (const { file, findings: own } of found) {
      for (const finding of own) out.write(`${prettyFinding(finding, file, places, style, values.explain ? rules.find((rule) => rule.name === finding.rule) : undefined)}\n`);
    }
    out.write(`${summary(findings, found.length, files.length, fixed)}\n`);
  }
  if (broken) return 2;
  return failOn !== 'never' && findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(failOn)) ? 1 : 0;
}

export const isRead = (path: string, text?: string): boolean => isCodeFile(path) || isConfFile(path) || isSqlFile(path) || scriptForm(path, text) !== undefined || dataForm(path) !== undefined;

export const tell = (message: string): void => void process.stderr.write(`sparkcheck: ${message}\n`);

/** https://no-color.org: any value but the empty one. */
export const usesColour = (stream: NodeJS.WriteStream): boolean => Boolean(stream.isTTY) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

function range(text: string | undefined): string | undefined {
  if (text !== undefined && !versionRange(text)) throw new UsageError(`\`--target-spark\` is a release or a range of them, as 3.5, 3.5-4.3 or ">=3.4"; \`${text}\` is none.`);
  return text;
}

function rulesIn(option: string, lists: readonly string[] | undefined): string[] | undefined {
  const listed = names(lists);
  for (const name of listed ?? []) {
    if (rulesNamed(rules, name).length > 0) continue;
    const near = nearestName(name, rules.map((rule) => rule.name));
    throw new UsageError(`\`--${option}\`: there is no rule or category \`${name}\`${near === undefined ? '' : ` (did you mean \`${near}\`?)`}. \`sparkcheck rules\` lists them.`);
  }
  return listed;
}

/** The settings file that `--config` names. */
export const configAt = (path: string | undefined): { path: string; text: string } | undefined => (path === undefined ? undefined : { path: withSlashes(resolve(path)), text: readConfig(path) });

function readConfig(path: string): string {
  try {
    return decode(readFileSync(path));
  } catch (error) {
    throw new UsageError(`The settings file \`${path}\` cannot be read (${reasonOf(error)}).`);
  }
}

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return decode(Buffer.concat(chunks));
}

/**
 * The files that the operands name, each once, in order. Throws UsageError for what does not exist. `around`: the folder
 * whose project a file belongs to that lies below it; else a folder that is named as well, or its own. `isWanted`: more than
 * what is checked, settings files of any name in folders too.
 */
export function named(operands: readonly string[], projects: Projects, places: Places, around?: string, isWanted = isRead): ProjectFile[] {
  const found = new Map<string, ProjectFile>();
  const folders = operands.filter((each) => statSync(each, { throwIfNoEntry: false })?.isDirectory());
  const isBelow = (path: string, folder: string): boolean => !/^\.\.([\\/]|$)/.test(relative(folder, path));
  for (const operand of operands) {
    const stats = statSync(operand, { throwIfNoEntry: false });
    if (!stats) throw new UsageError(`\`${operand}\` does not exist.`);
    const base = around !== undefined && isBelow(operand, around) ? around : undefined;
    if (!stats.isDirectory()) {
      const file = projects.of(operand, base ?? folders.find((folder) => isBelow(operand, folder)));
      if (!isWanted(file.path, file.project.files.read(file.path))) tell(`${places.shown(file)} is neither Python, Scala, a notebook, a script, a SQL, YAML, JSON or -site.xml file nor a spark-defaults.conf: skipped`);
      else if (file.project.excluded(file.path)) tell(`${places.shown(file)} is excluded by the settings: skipped`);
      else found.set(resolve(operand), file);
      continue;
    }
    const folder = resolve(operand);
    const { files, unreadable } = filesBelow(folder, isWanted !== isRead);
    for (const path of unreadable) tell(`${shownPath(path)} cannot be read: skipped`);
    for (const path of files) {
      const file = projects.of(path, base ?? folder);
      if (!found.has(path) && !file.project.excluded(file.path)) found.set(path, file);
    }
  }
  return [...found.values()];
}

const shownPath = (path: string): string => withSlashes(relative(process.cwd(), path)) || '.';

/** Leaves out, and names, what is too big or cannot be read; tells of bytes that are no text. */
export function readable(files: readonly ProjectFile[], places: Places): ProjectFile[] {
  return files.filter((file) => {
    const path = resolve(file.root, file.path);
    try {
      if (statSync(path).size <= longestFile) return true;
      tell(`${places.shown(file)} is longer than 10 MB: skipped`);
    } catch (error) {
      tell(`${places.shown(file)} cannot be read (${reasonOf(error)}): skipped`);
    }
    return false;
  });
}

/** Findings of all files, those without any left out. Problems go to standard error. */
async function checkAll(files: readonly ProjectFile[], places: Places, onDisk: boolean): Promise<Found[]> {
  const progress = createProgress(files.length);
  const found: Found[] = [];
  for (const file of files) {
    progress.step();
    const { findings, problems } = await checkWhole(file);
    for (const { message } of problems) tell(`${places.shown(file)} ${message}`);
    if (onDisk && file.project.files.read(file.path)?.includes('\uFFFD') && !isUtf8(readFileSync(resolve(file.root, file.path)))) tell(`${places.shown(file)} is no valid UTF-8: the bytes that are none were read as U+FFFD`);
    const unread = isCodeFile(file.path) ? file.project.syntaxErrors(file.path) : [];
    if (unread.length > 0) tell(unreadText(file, unread, places));
    if (findings.length > 0) found.push({ file, findings });
    file.project.release(file.path);
  }
  progress.end();
  return found;
}

/** Silence about code that was not understood must not pass for praise. */
function unreadText(file: ProjectFile, [first, ...others]: readonly Range[], places: Places): string {
  const language = file.project.source(file.path)?.language === 'scala' ? 'Scala' : 'Python';
  return `${shownPlace(places.place(file, first!))} is not understood as ${language}${others.length > 0 ? ` (${plural(others.length, 'further place')} too)` : ''}: faults there are not found`;
}

/** A file of another language that it rests on may need its grammar first. */
async function checkWhole({ project, path }: ProjectFile): Promise<CheckResult> {
  const result = project.check(path);
  if (!result.lacks) return result;
  await project.ready(path);
  return project.check(path);
}

/** What is wrong with the settings that hold for these files; true where they cannot be trusted. */
export function reportSettings(files: readonly ProjectFile[], places: Places): boolean {
  const told = new Set<readonly Problem[]>();
  let broken = false;
  for (const file of files) {
    const { problems } = file.project.settings(file.path);
    if (told.has(problems)) continue;
    told.add(problems);
    for (const { path, line, column, message, severity } of problems) {
      tell(`${places.shown(file, path)}${line === undefined ? '' : `:${line}:${column}`} ${message}`);
      broken ||= severity === 'error';
    }
  }
  return broken;
}

